"""What can be downloaded: the files of each data set, their sizes and SHA-256 sums, and mirrors.

A file is known by what it holds once unpacked, so that a plain file, the published gzip file and
one packed again by somebody else are all recognised. What comes over the network is held against
the sum of the very file that was published.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remote:
    """A published file: its name behind each of the mirrors' addresses, its bytes, its sum."""

    name: str
    size: int
    sha256: str
    mirrors: tuple[str, ...]


@dataclass(frozen=True)
class DataFile:
    """A file that is read, as it is unpacked; ``packed`` is the gzip file it is published as."""

    name: str
    size: int
    sha256: str
    packed: Remote | None = None


@dataclass(frozen=True)
class DataSource:
    """A data set: its folder, its files, and the archive that holds them if they come in one."""

    name: str
    folder: str
    files: tuple[DataFile, ...]
    terms: str
    archive: Remote | None = None

    @property
    def size(self) -> int:
        """Bytes to download, all of it."""
        if self.archive is not None:
            return self.archive.size
        return sum(file.packed.size for file in self.files if file.packed is not None)


def _idx(name: str, unpacked: tuple[int, str], packed: tuple[int, str], mirrors: tuple[str, ...]):
    return DataFile(name, *unpacked, Remote(f"{name}.gz", *packed, mirrors))


_MNIST = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://sagemaker-sample-files.s3.amazonaws.com/datasets/image/MNIST/",
)
_FASHION = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
)
_CIFAR10 = (
    "https://www.cs.toronto.edu/~kriz/",
    "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
    "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets/",
)
_BATCH = 10_000 * 3073

SOURCES = {
    source.name: source
    for source in (
        DataSource(
            "mnist",
            "mnist",
            (
                _idx(
                    "train-images-idx3-ubyte",
                    (
                        47_040_016,
                        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    ),
                    (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                    _MNIST,
                ),
                _idx(
                    "train-labels-idx1-ubyte",
                    (60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
                    (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                    _MNIST,
                ),
                _idx(
                    "t10k-images-idx3-ubyte",
                    (7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
                    (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                    _MNIST,
                ),
                _idx(
                    "t10k-labels-idx1-ubyte",
                    (10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
                    (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
                    _MNIST,
                ),
            ),
            "MNIST: Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0 as commonly stated",
        ),
        DataSource(
            "fashion-mnist",
            "fashion-mnist",
            (
                _idx(
                    "train-images-idx3-ubyte",
                    (
                        47_040_016,
                        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    ),
                    (
                        26_421_880,
                        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                    ),
                    _FASHION,
                ),
                _idx(
                    "train-labels-idx1-ubyte",
                    (60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
                    (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                    _FASHION,
                ),
                _idx(
                    "t10k-images-idx3-ubyte",
                    (7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
                    (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                    _FASHION,
                ),
                _idx(
                    "t10k-labels-idx1-ubyte",
                    (10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
                    (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
                    _FASHION,
                ),
            ),
            "Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf; MIT, Copyright (c) 2017 Zalando SE",
        ),
        DataSource(
            "cifar10",
            "cifar-10-batches-bin",
            (
                DataFile(
                    "data_batch_1.bin",
                    _BATCH,
                    "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
                ),
                DataFile(
                    "data_batch_2.bin",
                    _BATCH,
                    "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
                ),
                DataFile(
                    "data_batch_3.bin",
                    _BATCH,
                    "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
                ),
                DataFile(
                    "data_batch_4.bin",
                    _BATCH,
                    "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
                ),
                DataFile(
                    "data_batch_5.bin",
                    _BATCH,
                    "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
                ),
                DataFile(
                    "test_batch.bin",
                    _BATCH,
                    "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
                ),
                DataFile(
                    "batches.meta.txt",
                    61,
                    "558e74b5e208382e186da55784b4bac2cd52e558448e1b5800990fdb28ed8033",
                ),
            ),
            "CIFAR-10: A. Krizhevsky, 2009; no licence stated, so for research and teaching only",
            Remote(
                "cifar-10-binary.tar.gz",
                170_052_171,
                "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                _CIFAR10,
            ),
        ),
    )
}
