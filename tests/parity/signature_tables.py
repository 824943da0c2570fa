"""Deliberate differences of signatures from torch's, each with its reason."""

# Parameters of torch that say where and how a tensor lies in memory; there is one way here.
PLACEMENT = {"out", "device", "dtype", "layout", "pin_memory", "memory_format", "names"}
# Parameters that choose between implementations of the same arithmetic.
IMPLEMENTATION = {"foreach", "fused", "capturable", "differentiable"}

# Parameters of torch that are not there, and why.
ABSENT = {
    "sparse_grad": "there are no sparse tensors",
    "grad_variables": "an old name of grad_tensors, which warns in torch",
    "only_inputs": "torch ignores it, with a warning",
    "is_grads_batched": "there is no vmap",
    "min_value": "an old name of min_val, which warns in torch",
    "max_value": "an old name of max_val, which warns in torch",
    "decoupled_weight_decay": "that is AdamW",
    "pickle_module": "nothing is pickled",
    "pickle_protocol": "nothing is pickled",
    "pickle_load_args": "nothing is pickled",
    "weights_only": "a file holds nothing else",
    "mmap": "a file is read whole",
    "map_location": "there is one device",
    "_use_new_zipfile_serialization": "the format is our own",
    "_disable_byteorder_record": "the format is our own",
    "store": "processes know one another from the start",
    "group_name": "torch advises against it",
    "pg_options": "there is one way to exchange tensors",
    "device_id": "there is one device",
    "device_ids": "there is one device",
    "_ranks": "there is one group",
    "group_src": "there is one group",
    "group_dst": "there is one group",
    "timeout": "one for all calls, that of init_process_group",
    "check_reduction": "torch ignores it",
    "static_graph": "there is nothing to be remembered of a pass",
    "delay_all_reduce_named_params": "all gradients are exchanged at once",
    "param_to_hook_all_reduce": "all gradients are exchanged at once",
    "bucket_cap_mb_list": "all gradients are exchanged at once",
    "batched_grad_copy": "all gradients are exchanged at once",
    "mixed_precision": "there are no low-precision types",
    "device_mesh": "there is one group",
    "skip_all_reduce_unused_params": "they are known only with find_unused_parameters",
    "forward_sync_buffers": "that is broadcast_buffers",
    "destination": "torch's own documentation tells its users not to use it",
}

# Of these torch documents two signatures, the first without an axis.
TWO_SIGNATURES = [
    "all", "any", "argmax", "max", "mean", "median", "min", "nanmedian", "nansum", "prod", "sum",
]  # fmt: skip

# Parameters beyond torch's.
EXTRA = {
    **{(f"tv.{name}", "dim"): "in torch's second signature" for name in TWO_SIGNATURES},
    **{(f"tv.{name}", "keepdim"): "in torch's second signature" for name in TWO_SIGNATURES},
    ("tv.std", "unbiased"): "in torch's second signature",
    ("tv.var", "unbiased"): "in torch's second signature",
    ("tv.std_mean", "unbiased"): "in torch's second signature",
    ("tv.var_mean", "unbiased"): "in torch's second signature",
    ("tv.bernoulli", "p"): "in torch's second signature",
    ("tv.normal", "size"): "in torch's last signature",
    ("tv.normal", "requires_grad"): "in torch's last signature",
    ("tv.linalg.pinv", "rcond"): "in torch's older signature",
    ("tv.linalg.matrix_rank", "tol"): "in torch's older signature",
    ("tv.scatter", "value"): "in torch's second signature",
    ("tv.scatter", "reduce"): "in torch's third signature",
    ("tv.softmax", "_stacklevel"): "the function is also nn.functional's, which has it in torch",
    ("tv.log_softmax", "_stacklevel"): "as softmax",
}

# Names whose signatures are not compared, and why.
NOT_COMPARED = {
    "tv.true_divide": "torch documents names that its arguments do not have",
    "tv.searchsorted": "torch documents the input as values, by which name it does not take it",
    "tv.dtype": "it is NumPy's class of data types",
    "tv.einsum": "torch's takes *args, of which the first is the equation",
    "tv.no_grad": "the class also works as a bare decorator",
    "tv.enable_grad": "as no_grad",
    "tv.autograd.no_grad": "as no_grad",
    "tv.autograd.enable_grad": "as no_grad",
    "tv.autograd.gradcheck": "stricter defaults, no forward mode",
    "tv.autograd.gradgradcheck": "stricter defaults, no forward mode",
    "tv.concatenate": "torch names its axis as NumPy does",
    "tv.nn.Sequential.extend": "torch has other names for what it takes than in ModuleList",
    "tv.randperm": "indices have no gradient to require",
    "tv.nn.Module.to": "torch's takes *args, and so do ours",
    "tv.from_numpy": "torch's argument is positional only",
    "tv.nn.Module.forward": "a placeholder in both",
    "tv.memory_format": "only the library makes them, in both",
    "tv.multiprocessing.ProcessContext": "spawn makes it, in both",
    "tv.Generator": "torch's is written in C and documents methods only",
}
