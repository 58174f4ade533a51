# Files of the clustering, and the inputs of its tables and figures.
CLUSTERING, CLUSTERING_SCALE = GISAXS["clustering"], SCALE["clustering"]
C = f"{G}/clustering"
CLUSTERED = CLUSTERING["inputs"]
CODEC_INPUTS = [name for name, entry in CLUSTERED.items() if "run" in entry]
COMPONENT_INPUTS = [name for name, entry in CLUSTERED.items() if "components" in entry]
LSRAE_INPUTS = [name for name, entry in CLUSTERED.items() if entry.get("lsrae")]
CLUSTERS = {name: f"{C}/clusters/{name}.h5" for name in CLUSTERED}
CLASSES = {f"{name}-classes": f"{C}/classes/{name}.h5" for name in CLUSTERING["classification"]["inputs"]}
THESIS_CLUSTERS = {"thesis-clusters": f"{C}/thesis.h5"}
SEEDS = [CLUSTERING["seed"] + place for place in range(CLUSTERING_SCALE["seeds"])]


def latents_of(name):
    """File of an input's vectors: made here, or by another part of the study."""
    return f"{G}/{CLUSTERED[name]['artifact']}" if "artifact" in CLUSTERED[name] else f"{C}/latents/{name}.h5"


def clustering_inputs(entry):
    """Inputs of a table or figure of the clustering, by subject."""
    found = {**CLUSTERS, **CLASSES, **THESIS_CLUSTERS}
    return {**found, "small": DATASETS["small"]} if entry.get("show") == "means" else found


GISAXS_MEASURED.update({**CLUSTERS, **CLASSES, **THESIS_CLUSTERS})
GISAXS_KEPT.extend(f"{C}/latents/{name}.h5" for name in [*CODEC_INPUTS, *COMPONENT_INPUTS])
GISAXS_KEPT.extend(f"{C}/lsrae/{name}.h5" for name in LSRAE_INPUTS)
GISAXS_PARTS["clustering"] = clustering_inputs
