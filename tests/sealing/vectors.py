"""Known answers of HPKE: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, and the two AES of the suites.

RFC 9180 prints those of AES-128-GCM (appendix A.1.1). Of AES-256-GCM, which envelopes use, it prints none with X25519;
they stand in the complete list the RFC refers to (test-vectors.json of the CFRG, mode 0, KEM 32, KDF 1, AEAD 2).
"""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.hpke import AEAD

INFO: Final = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
PLAIN: Final = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")


@dataclass(frozen=True)
class Vector:
    """A receiver, what a sender encapsulated for it, and what PLAIN became with `Count-0`, `Count-1` ... beside it."""

    name: str
    """Of the AEAD."""
    private: bytes
    public: bytes
    encapsulated: bytes
    sealed: tuple[bytes, ...]

    @property
    def aead(self) -> AEAD:
        """The AEAD as Python's library names it."""
        found: AEAD = getattr(AEAD, self.name)
        return found


def beside(number: int) -> bytes:
    """Return the additional data of a message."""
    return f"Count-{number}".encode()


OURS: Final = Vector(
    "AES_256_GCM",
    bytes.fromhex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"),
    bytes.fromhex("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c"),
    bytes.fromhex("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"),
    (
        bytes.fromhex("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a"),
        bytes.fromhex("2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655fdf197fe40297a8aebeed5cc2d"),
        bytes.fromhex("e0a8f2cf92ff61215edbb8c55dc31fe9e2eb42a5685867bb6854211542099f9e940c4b41c192bc390835b1a5f7"),
    ),
)
PRINTED: Final = Vector(
    "AES_128_GCM",
    bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
    bytes.fromhex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"),
    bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"),
    (bytes.fromhex("f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"),),
)
VECTORS: Final = (OURS, PRINTED)
