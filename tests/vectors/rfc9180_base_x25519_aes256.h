// RFC 9180, mode 0 (base), KEM 0x0020, KDF 0x0001, AEAD 0x0002: from the CFRG's
// test-vectors.json, which accompanies the RFC (its appendix A has no case with
// AES-256-GCM and X25519). All values in hex.
#ifndef SIGNPOST_TESTS_VECTORS_RFC9180_BASE_X25519_AES256_H_
#define SIGNPOST_TESTS_VECTORS_RFC9180_BASE_X25519_AES256_H_

#include <cstddef>

namespace signpost::vectors {

inline constexpr char kHpkeInfo[] = "4f6465206f6e2061204772656369616e2055726e";
inline constexpr char kHpkeIkmR[] =
    "dac33b0e9db1b59dbbea58d59a14e7b5896e9bdf98fad6891e99d1686492b9ee";
inline constexpr char kHpkeIkmE[] =
    "2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9";
inline constexpr char kHpkeSkR[] =
    "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d";
inline constexpr char kHpkeSkE[] =
    "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11";
inline constexpr char kHpkePkR[] =
    "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c";
inline constexpr char kHpkeEnc[] =
    "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256";

struct HpkeEncryption {
  size_t sequence;
  const char* aad;
  const char* plaintext;
  const char* ciphertext;
};

inline constexpr HpkeEncryption kHpkeEncryptions[] = {
    {0, "436f756e742d30", "4265617574792069732074727574682c20747275746820626561757479",
     "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cd"
     "ad859d5b7a"},
    {1, "436f756e742d31", "4265617574792069732074727574682c20747275746820626561757479",
     "2c43aff25343fdbff864506f0818b9d87df84ea01b1a2144d23b4d40c26bf655fdf197fe40297a8a"
     "ebeed5cc2d"},
    {2, "436f756e742d32", "4265617574792069732074727574682c20747275746820626561757479",
     "e0a8f2cf92ff61215edbb8c55dc31fe9e2eb42a5685867bb6854211542099f9e940c4b41c192bc39"
     "0835b1a5f7"},
    {4, "436f756e742d34", "4265617574792069732074727574682c20747275746820626561757479",
     "448a8892f261cbb6bf5b7b64a4fae8a2c86492494b069c10525895d871c27c2f12cd17e0588fedab"
     "a9f7b0cd4c"},
    {255, "436f756e742d323535", "4265617574792069732074727574682c20747275746820626561757479",
     "f6ad1823eb0b932d04b6e23010eea64f1fe5edd0583dae5ba27ca6363f4ea104bd217331460ef420"
     "8040423641"},
    {256, "436f756e742d323536", "4265617574792069732074727574682c20747275746820626561757479",
     "53624f4f9f173453b14e633b45390ff54cacaa4428d44baee1bff8133fab1ab3afe60f88e4634b52"
     "5c54e92eda"},
};

struct HpkeExport {
  const char* context;
  size_t size;
  const char* value;
};

inline constexpr HpkeExport kHpkeExports[] = {
    {"", 32, "ded6cffafaea6b812cbf3e241e88332adbc077aca81512914213810ee291770a"},
    {"00", 32, "04d3cb6cc116b28ffd22ad5bc276c60d31fec71ceb87ae24db811c64b7507339"},
    {"54657374436f6e74657874", 32,
     "7c5ded445732c14fe09727d29b4251c0fd38455fe8440571e687f0886aac94d2"},
};

}  // namespace signpost::vectors

#endif  // SIGNPOST_TESTS_VECTORS_RFC9180_BASE_X25519_AES256_H_
