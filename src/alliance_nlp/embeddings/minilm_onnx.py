"""The default encoder on ONNX Runtime, without torch: a graph that holds no weights, and the published weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from alliance_nlp.embeddings.minilm_shape import HEADS, LAYERS, LEAST_WEIGHT, TINY, WIDTH
from alliance_nlp.embeddings.weights import WEIGHTS
from alliance_nlp.errors import import_extra
from alliance_nlp.numeric import Ints, Singles

OPERATIONS, FORMAT = 20, 9  # of ONNX: the first with Gelu, and the file format that goes with it
SMALL = 1024  # bytes of a constant that stands in the graph; weights stay where they were read
NEEDS = "embed(backend='onnx')"


class OnnxEngine:
    """The operations of `TorchEngine` as a graph; it is made anew each time, in less time than a copy would be read.

    Parameters
    ----------
    folder : Path
        With the weights.

    Raises
    ------
    MissingExtraError
        When onnx or onnxruntime is not installed.
    """

    def __init__(self, folder: Path) -> None:
        runtime = import_extra("onnxruntime", "onnx", NEEDS)
        graph = _Graph(import_extra("safetensors.numpy", None, NEEDS).load_file(folder / WEIGHTS))
        model = graph.model()
        runtime.disable_telemetry_events()  # builds for Windows would send some
        options = runtime.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others use the computer too
        values = [runtime.OrtValue.ortvalue_from_numpy(array) for array in graph.large.values()]
        options.add_external_initializers(list(graph.large), values)
        self._held = values, graph.large  # the session reads the arrays where they are
        self._session: Any = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def __call__(self, ids: Ints, words: Ints) -> Singles:
        """Turn tokens into one unit row for each text; `words` is 1 where a token is one, 0 behind the end."""
        return np.asarray(self._session.run(None, {"ids": ids, "words": words})[0], dtype=np.float32)


class _Graph:
    """Operations of the encoder one after the other, with the arrays that they take."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self._onnx: Any = import_extra("onnx", "onnx", NEEDS)
        self._weights = weights
        self._nodes: list[Any] = []
        self._small: dict[str, Any] = {}
        self.large: dict[str, Any] = {}

    def model(self) -> bytes:
        """Give the graph from tokens to unit rows, in ONNX's own format."""
        make, kinds = self._onnx.helper, self._onnx.TensorProto
        marks = self._do("Cast", "words", to=kinds.FLOAT)
        far = self._is("far", np.float32(np.finfo(np.float32).min))
        unseen = self._do("Mul", self._do("Sub", self._is("one", np.float32(1)), self._up(marks, (1, 2))), far)
        rows = self._first()
        for layer in range(LAYERS):
            rows = self._layer(f"encoder.layer.{layer}", rows, unseen)
        self._nodes.append(make.make_node("Identity", [self._mean(rows, marks)], ["vectors"]))
        given = [make.make_tensor_value_info(name, kinds.INT64, ["texts", "tokens"]) for name in ("ids", "words")]
        found = [make.make_tensor_value_info("vectors", kinds.FLOAT, ["texts", WIDTH])]
        graph = make.make_graph(self._nodes, "all-MiniLM-L6-v2", given, found)
        graph.initializer.extend(self._onnx.numpy_helper.from_array(a, name) for name, a in self._small.items())
        graph.initializer.extend(self._elsewhere(name, array) for name, array in self.large.items())
        operations = make.make_opsetid("", OPERATIONS)
        return bytes(make.make_model(graph, opset_imports=[operations], ir_version=FORMAT).SerializeToString())

    def _elsewhere(self, name: str, array: Any) -> Any:
        kinds = self._onnx.TensorProto
        tensor = kinds(name=name, data_type=kinds.FLOAT, dims=array.shape, data_location=kinds.EXTERNAL)
        tensor.external_data.add(key="location", value="memory")
        return tensor

    def _do(self, operation: str, *inputs: str, **settings: Any) -> str:
        name = f"{operation}_{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(operation, list(inputs), [name], **settings))
        return name

    def _is(self, name: str, array: Any) -> str:
        array = np.ascontiguousarray(array).reshape(np.shape(array))
        (self._small if array.nbytes < SMALL else self.large)[name] = array
        return name

    def _numbers(self, *numbers: int) -> str:
        return self._is("numbers_" + "_".join(map(str, numbers)), np.array(numbers, dtype=np.int64))

    def _up(self, name: str, axes: tuple[int, ...]) -> str:
        return self._do("Unsqueeze", name, self._numbers(*axes))

    def _weight(self, name: str) -> str:
        return self._is(name, self._weights[name])

    def _first(self) -> str:
        nought, one, two = self._numbers(0), self._numbers(1), self._numbers(2)
        length = self._do("Slice", self._do("Shape", "ids"), one, two)
        word = self._do("Gather", self._weight("embeddings.word_embeddings.weight"), "ids")
        kind = self._is("kind", self._weights["embeddings.token_type_embeddings.weight"][0])
        places = self._do("Slice", self._weight("embeddings.position_embeddings.weight"), nought, length, nought)
        return self._even(self._do("Add", self._do("Add", word, kind), places), "embeddings")

    def _layer(self, name: str, rows: str, unseen: str) -> str:
        heads, flat = self._numbers(0, 0, HEADS, WIDTH // HEADS), self._numbers(0, 0, WIDTH)
        query, key, value = (
            self._do("Reshape", self._times(rows, f"{name}.attention.self.{part}"), heads)
            for part in ("query", "key", "value")
        )
        query, value = (self._do("Transpose", part, perm=[0, 2, 1, 3]) for part in (query, value))
        alike = self._do("MatMul", query, self._do("Transpose", key, perm=[0, 2, 3, 1]))
        alike = self._do("Mul", alike, self._is("scale", np.float32((WIDTH // HEADS) ** -0.5)))
        shares = self._do("Softmax", self._do("Add", alike, unseen), axis=-1)
        heard = self._do("Transpose", self._do("MatMul", shares, value), perm=[0, 2, 1, 3])
        heard = self._times(self._do("Reshape", heard, flat), f"{name}.attention.output.dense")
        rows = self._even(self._do("Add", heard, rows), f"{name}.attention.output")
        wide = self._do("Gelu", self._times(rows, f"{name}.intermediate.dense"))
        return self._even(self._do("Add", self._times(wide, f"{name}.output.dense"), rows), f"{name}.output")

    def _mean(self, rows: str, marks: str) -> str:
        along, across = self._numbers(1), self._is("tiny", np.float32(TINY))
        n = self._do("Max", self._do("ReduceSum", marks, along), self._is("least", np.float32(LEAST_WEIGHT)))
        each = self._do("Mul", rows, self._up(marks, (2,)))
        mean = self._do("Div", self._do("ReduceSum", each, along, keepdims=0), n)
        length = self._do("Sqrt", self._do("ReduceSum", self._do("Mul", mean, mean), along))
        return self._do("Div", mean, self._do("Max", length, across))

    def _times(self, rows: str, name: str) -> str:
        turned = self._is(f"{name}.turned", self._weights[f"{name}.weight"].T)
        return self._do("Add", self._do("MatMul", rows, turned), self._weight(f"{name}.bias"))

    def _even(self, rows: str, name: str) -> str:
        weight, bias = (self._weight(f"{name}.LayerNorm.{part}") for part in ("weight", "bias"))
        return self._do("LayerNormalization", rows, weight, bias, axis=-1, epsilon=TINY)
