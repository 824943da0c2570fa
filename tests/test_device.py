"""The lines about devices that PyTorch scripts begin with run here, on the CPU."""

import pytest

import tinyvision as tv


def test_the_usual_line_chooses_the_cpu():
    device = tv.device("cuda" if tv.cuda.is_available() else "cpu")
    model = tv.nn.Linear(2, 1).to(device)
    x = tv.ones(3, 2).to(device)
    assert model(x).device == device == "cpu"
    assert device.type == "cpu"


def test_a_tensor_is_on_the_cpu_already():
    x = tv.ones(1)
    assert x.cpu() is x


def test_layers_take_the_device():
    assert tv.nn.Linear(2, 1, device=tv.device("cpu")).weight.device.type == "cpu"


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps"])
def test_another_device_is_refused(name):
    with pytest.raises(ValueError, match="computes on the CPU only"):
        tv.device(name)


@pytest.mark.parametrize("thing", [tv.ones(1), tv.nn.ReLU()])
def test_cuda_is_told_to_be_left_out(thing):
    with pytest.raises(AttributeError, match=r"on the CPU only: leave \.cuda\(\) out"):
        thing.cuda()
