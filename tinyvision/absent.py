"""Why names of PyTorch are not here: what asks for one is told.

The tests hold this against PyTorch, and the page DIFFERENCES.md lists every name by its reason.
"""

from __future__ import annotations

import difflib
import importlib
import re
import sys
from collections.abc import Callable
from typing import Any


def _pattern(*patterns: str) -> Callable[[str, str], bool]:
    """A test of the full name, such as ``nn.functional.conv3d``."""
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return lambda place, name: re.fullmatch(joined, f"{place}.{name}") is not None


def _is_a_method(place: str, name: str) -> bool:
    from .autograd.tensor import Tensor

    return place == "torch" and name.endswith("_") and hasattr(Tensor, name)


def _is_functional(place: str, name: str) -> bool:
    if place != "torch":
        return False
    functional = importlib.import_module("tinyvision.nn.functional")
    return name.removesuffix("_") in vars(functional)


REASONS: dict[str, Callable[[str, str], bool]] = {
    "Processes are those of one machine, in one group; what one does, it does by itself.": _pattern(
        r"(distributed|multiprocessing|nn\.parallel)\..*",
        r".*(distributed|Distributed|DataParallel|SyncBatchNorm).*",
        r"utils\.data\.(\w*DataPipe|DataChunk|\w*datapipe\w*|runtime_\w+|non_deterministic)",
        r"utils\.data\.argument_validation", r"torch\.(init|get|set)_num_(interop_)?threads",
        r"torch\.set_num_threads",
    ),
    "In-place functions are methods.": _is_a_method,
    "Functions of layers are in `nn.functional`.": _is_functional,
    "There are no complex numbers, and no Fourier transforms.": _pattern(
        r".*\.(complex|polar|angle|conj\w*|resolve_\w+|real|imag|is_complex|is_conj|is_neg)",
        r".*\.(view_as_complex|view_as_real|cfloat|cdouble|chalf|stft|istft|\w*_window)(_copy)?",
        r".*\.(eig|eigvals)", r"torch\.fft",
    ),
    "There are no volumes: images have two axes, signals one.": _pattern(
        r".*(3d|3D)(_with_indices)?", r"torch\.grid_sampler.*"
    ),
    "There are no sparse tensors.": _pattern(
        r".*(sparse|Sparse|coalesce|_indices|crow|ccol).*",
        r".*\.(indices|values|values_copy|smm|spmm)",
        r".*\.(dsmm|hsmm|hspmm|sspaddmm|saddmm|dense_dim|to_dense|indices_copy|embedding_bag)",
        r"nn\.EmbeddingBag",
    ),
    "There are no quantised and no low-precision types.": _pattern(
        r".*(quant|qparams|fbgemm|moving_avg).*",
        r".*\.(int_repr|q_\w+|qscheme|bfloat16|\w*autocast\w*)",
        r"torch\.(GradScaler|amp|ao)",
        r"nn\.functional\.(scaled_\w+|grouped_mm|ScalingType|SwizzleType)",
    ),
    "There is one device, and memory is NumPy's.": _pattern(
        r".*(cudnn|miopen|mkldnn|vulkan|[dD]evice|[sS]torage|Stream).*",
        r".*\.(cuda|xpu|ipu|mtia|pin_memory|is_pinned|is_shared|share_memory_|Event)",
        r"Tensor\.(const_data_ptr|is_set_to|set_|resize\w*|new|dim_order|to_padded_tensor)",
        r"torch\.resize\w*", r".*\.as_strided.*",
        r".*\.(empty_permuted|\w*empty_strided|from_file)",
        r".*\.(frombuffer|record_stream|layout)", r".*memory_format", r"torch\.OutOfMemoryError",
    ),
    "There is no compiler, no scripting and no tracing.": _pattern(
        r"torch\.(\w*Script\w*|\w*Type|Sym\w+|sym_\w+|parse_\w+|import_ir_\w+|compile|cond|vmap)",
        r"torch\.(Argument|ArgumentSpec|Block|Capsule|Code|Compil\w+|CompleteArg\w+|Concrete\w+)",
        r"torch\.(Graph|Node|Use|Value|Gradient|Graph\w+|ExecutionPlan|FileCheck|FunctionSchema)",
        r"torch\.(AliasDb|AggregationType|CallStack|ErrorReport|FatalError|Future|IODescriptor)",
        r"torch\.(JITException|LockingLogger|NoopLogger|OperatorInfo|PyTorch\w+|StaticModule|Tag)",
        r"torch\.(ThroughputBenchmark|Benchmark\w+|TracingState|Type|DeepCopyMemoTable|Disable\w+)",
        r"torch\.(DispatchKey\w*|Exclude\w+|AcceleratorError|BufferDict|ModuleDict|ParameterDict)",
        r"torch\.(fork|wait|merge_type_from_type_comment|unify_type_list|thread_safe_generator)",
        r"nn\.functional\.(handle_torch_function|has_torch_function\w*|boolean_dispatch|DType)",
        r"nn\.functional\.(assert_int_or_pair|Callable|Optional|Tensor)", r"nn\.factory_kwargs",
        r"Tensor\.(as_subclass|module_load|reinforce|hash_tensor)", r"torch\.hash_tensor",
        r"autograd\.(NestedIOFunction|Variable|variable|enforce_\w+|set_multithreading_enabled)",
        r"torch\.(jit|fx|export|onnx|compiler)",
        r"nn\.(Container|Uninitialized\w+|Buffer)", r"torch\.typename",
    ),
    "Sequences are the transformer's here: no recurrent layers, no decoder.": _pattern(
        r".*(gru|lstm|rnn|GRU|LSTM|RNN|ctc_loss|CTCLoss).*", r"nn\.Transformer(Decoder\w*)?"
    ),
    "A shape is not changed in place: `x = x.t()`.": _pattern(
        r"Tensor\.(t_|transpose_|swapaxes_|swapdims_|squeeze_|unsqueeze_|tril_|triu_)"
    ),
    "Sizes are given, not guessed from the first batch.": _pattern(r"nn\.Lazy\w+"),
    "Old names that PyTorch itself advises against.": _pattern(
        r"nn\.init\.\w+[^_]", r"nn\.utils\.(clip_grad_norm|weight_norm|spectral_norm)",
        r"nn\.utils\.remove_\w+", r".*\.(ger|range|symeig|solve|lstsq|lu|triangular_solve|trapz)",
        r"nn\.(NLLLoss2d|CrossMapLRN2d)", r"nn\.functional\.upsample", r"Tensor\.index",
        r".*\.(unsafe_\w+|set_default_tensor_type|apply_|map_|map2_|norm_except_dim)",
        r"torch\.(frobenius|nuclear)_norm", r"torch\.\w+Tensor",
    ),
    "Doubles and insides of other functions.": _pattern(
        r".*_copy", r".*\.native_\w+", r".*_with_indices", r".*\.(slice_inverse|alias_copy)",
        r"torch\.batch_norm_\w+", r"torch\.(constant_pad_nd|conv_tbc|convolution|detach_?|fill_?)",
        r"torch\.(affine_grid_generator|embedding_renorm_|abs_|index_put_|feature_dropout_?)",
        r"nn\.functional\.(conv_tbc|multi_head_attention_forward)", r"linalg\.\w+_ex",
        r"torch\.(set_anomaly_enabled|get_float32\w+|set_float32\w+|set_flush_denormal)",
        r"torch\.\w*(deterministic|warn_always)\w*", r"nn\.utils\.(skip_init|convert_\w+)",
        r"optim\.swap_in_\w+", r"Tensor\.add(bmm|mm|mv|r)_", r"Tensor\.baddbmm_", r"torch\.addmv_",
    ),
    "Not built: outside of vision, or seldom met there.": _pattern(
        r"special\..*", r"linalg\.(householder\w*|ldl\w*|lu\w*|matrix_exp|tensor\w+|vander)",
        r"linalg\.LinAlgError", r"optim\.(ASGD|Adafactor|LBFGS|Muon|Rprop)",
        r"nn\.(Adaptive\w+Loss|FractionalMaxPool2d|LinearCrossEntropy\w+)",
        r"nn\.functional\.(fractional_max_pool2d|linear_cross_entropy)",
        r"nn\.utils\.fuse_linear_bn_weights",
        r".*\.(frexp|gcd_?|lcm_?|geqrf|orgqr|ormqr|histogram|histogramdd|i0_?|igammac?_?)",
        r".*\.(index_reduce_?|mvlgamma_?|nextafter_?|nonzero_static|polygamma_|matrix_exp|lobpcg)",
        r".*\.(cholesky_inverse|cholesky_solve|lu_solve|lu_unpack|unravel_index|vander|gradient)",
        r".*\.(is_nonzero|is_same_size|is_signed|is_inference|binomial)",
        r"Tensor\.register_post_accumulate_grad_hook", r"utils\.data\.(Chain|Iterable)Dataset",
    ),
}  # fmt: skip
"""The reasons, each with a test of the place, such as ``nn.functional``, and the name."""


def why_absent(place: str, name: str) -> str:
    """The reason why a name is not here, as a sentence; nothing if none is known.

    Args:
        place: where PyTorch has it: "torch", "Tensor", "nn", "nn.functional", ...

    >>> why_absent("nn", "Conv3d")
    'There are no volumes: images have two axes, signals one.'
    """
    if name.startswith("_"):
        return ""
    return next((reason for reason, holds in REASONS.items() if holds(place, name)), "")


def _is_mistyped(name: str, there: list[str]) -> bool:
    """Whether a name that is there differs in a letter, not in a number or a last underscore."""

    def letters(text: str) -> str:
        return re.sub(r"\d", "", text).rstrip("_")

    near = difflib.get_close_matches(name, there, cutoff=0.87)
    return any(letters(each) != letters(name) for each in near)


def absence(place: str, name: str, start: str, obj: Any) -> AttributeError:
    """The error for a name that is not there: how it starts, and the reason if one is known."""
    reason = why_absent(place, name)
    if reason and _is_mistyped(name, dir(obj)):
        reason = ""
    more = f". {reason} DIFFERENCES.md lists what PyTorch has and tinyvision has not"
    # With name and obj Python itself adds which name is near.
    return AttributeError(start + more if reason else start, name=name, obj=obj)


def teller(place: str, module: str) -> Callable[[str], Any]:
    """A ``__getattr__`` for a module that stands for this place in PyTorch."""

    def tell(name: str) -> Any:
        start = f"module {module!r} has no attribute {name!r}"
        raise absence(place, name, start, sys.modules[module])

    return tell
