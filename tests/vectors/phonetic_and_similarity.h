// Vectors of the phonetic codes and the similarities.
#ifndef SIGNPOST_TESTS_VECTORS_PHONETIC_AND_SIMILARITY_H_
#define SIGNPOST_TESTS_VECTORS_PHONETIC_AND_SIMILARITY_H_

namespace signpost::vectors {

struct Code {
  const char* name;
  const char* folded;
  const char* folded_soundex;
  const char* soundex;
  const char* first3;
};

// Source: phonetic_and_similarity_vectors.tsv, test vectors of the project's development data, made
// by the prototype of the design (name, name with its leading letters folded, Soundex of that,
// plain Soundex, first three letters). All of them.
inline constexpr Code kCodes[] = {
    {"MUHAMMAD", "MUHAMMAD", "M530", "M530", "MUH"},
    {"MOHAMMED", "MOHAMMED", "M530", "M530", "MOH"},
    {"CATHERINE", "CATHERINE", "C365", "C365", "CAT"},
    {"KATHERINE", "CATHERINE", "C365", "K365", "KAT"},
    {"KATHRYN", "CATHRYN", "C365", "K365", "KAT"},
    {"SIOBHAN", "SIOBHAN", "S150", "S150", "SIO"},
    {"NIAMH", "NIAMH", "N500", "N500", "NIA"},
    {"AOIFE", "AOIFE", "A100", "A100", "AOI"},
    {"OBRIEN", "OBRIEN", "O165", "O165", "OBR"},
    {"MCDONALD", "MCDONALD", "M235", "M235", "MCD"},
    {"MACDONALD", "MCDONALD", "M235", "M235", "MAC"},
    {"GEOFFREY", "JEOFFREY", "J160", "G160", "GEO"},
    {"JEFFREY", "JEFFREY", "J160", "J160", "JEF"},
    {"ZARA", "SARA", "S600", "Z600", "ZAR"},
    {"SARA", "SARA", "S600", "S600", "SAR"},
    {"SARAH", "SARAH", "S600", "S600", "SAR"},
    {"PHILIP", "FILIP", "F410", "P410", "PHI"},
    {"FILIP", "FILIP", "F410", "F410", "FIL"},
    {"WRIGHT", "RIGHT", "R230", "W623", "WRI"},
    {"RIGHT", "RIGHT", "R230", "R230", "RIG"},
    {"KNIGHT", "NIGHT", "N230", "K523", "KNI"},
    {"NIGHT", "NIGHT", "N230", "N230", "NIG"},
    {"SMITH", "SMITH", "S530", "S530", "SMI"},
    {"SMYTHE", "SMYTHE", "S530", "S530", "SMY"},
    {"ISABELLA", "ISABELLA", "I214", "I214", "ISA"},
    {"YUSUF", "JUSUF", "J210", "Y210", "YUS"},
    {"JUSUF", "JUSUF", "J210", "J210", "JUS"},
    {"XAVIER", "SAVIER", "S160", "X160", "XAV"},
    {"CIARAN", "SIARAN", "S650", "C650", "CIA"},
    {"KIERAN", "CIERAN", "C650", "K650", "KIE"},
    {"TYMOSZCZUK", "TYMOSZCZUK", "T522", "T522", "TYM"},
    {"LUKASZ", "LUKASZ", "L220", "L220", "LUK"},
    {"PATEL", "PATEL", "P340", "P340", "PAT"},
    {"SINGH", "SINGH", "S520", "S520", "SIN"},
    {"ASHCROFT", "ASHCROFT", "A261", "A261", "ASH"},
    {"PFISTER", "PFISTER", "P236", "P236", "PFI"},
    {"LLOYD", "LLOYD", "L300", "L300", "LLO"},
    {"LEE", "LEE", "L000", "L000", "LEE"},
    {"TOMCZAK", "TOMCZAK", "T522", "T522", "TOM"},
    {"GHALIB", "GALIB", "G410", "G410", "GHA"},
};

struct Similarity {
  const char* a;
  const char* b;
  double jaro_winkler;  // to four places
  int osa;
};

// Source: the same file. All of them.
inline constexpr Similarity kSimilarities[] = {
    {"MARTHA", "MARHTA", 0.9611, 1},   {"DWAYNE", "DUANE", 0.8400, 2},
    {"DIXON", "DICKSONX", 0.8133, 4},  {"LILY", "LILA", 0.8833, 1},
    {"MILLIE", "AMELIA", 0.6667, 4},   {"ALEXANDER", "ALEXANDRA", 0.9556, 2},
    {"SMITH", "SMYTHE", 0.8578, 2},    {"ZARA", "ZAHRA", 0.9467, 1},
    {"CHARLIE", "CHARLEY", 0.9429, 2}, {"JOHNSON", "JOHNSTON", 0.9750, 1},
};

struct Soundex {
  const char* name;
  const char* code;
};

// Source: U.S. National Archives, The Soundex Indexing System: the page's own examples.
inline constexpr Soundex kArchiveSoundex[] = {
    {"WASHINGTON", "W252"}, {"LEE", "L000"},     {"GUTIERREZ", "G362"}, {"PFISTER", "P236"},
    {"JACKSON", "J250"},    {"TYMCZAK", "T522"}, {"VANDEUSEN", "V532"}, {"ASHCRAFT", "A261"},
};

// Source: W. E. Winkler, Overview of Record Linkage and Current Research Directions, U.S. Bureau of
// the Census, Statistics 2006-2, table 6 (Winkler's column, to three places).
inline constexpr Similarity kWinkler[] = {
    {"SHACKLEFORD", "SHACKELFORD", 0.982, 1},
    {"DUNNINGHAM", "CUNNIGHAM", 0.896, 2},
    {"NICHLESON", "NICHULSON", 0.956, 2},
    {"JONES", "JOHNSON", 0.832, 4},
    {"MASSEY", "MASSIE", 0.933, 2},
    {"ABROMS", "ABRAMS", 0.922, 1},
    {"JERALDINE", "GERALDINE", 0.926, 1},
    {"MARHTA", "MARTHA", 0.961, 1},
    {"MICHELLE", "MICHAEL", 0.921, 3},
    {"JULIES", "JULIUS", 0.933, 1},
    {"TANYA", "TONYA", 0.880, 1},
    {"DWAYNE", "DUANE", 0.840, 2},
    {"SEAN", "SUSAN", 0.805, 2},
    {"JON", "JOHN", 0.933, 1},
};

struct Distance {
  const char* a;
  const char* b;
  int osa;
};

// Source: L. Boytsov, Indexing methods for approximate dictionary searching, ACM Journal of
// Experimental Algorithmics 16 (2011), section 2 (CA and ABC: 3, where an unrestricted distance
// is 2); the others are textbook examples without neighbours exchanged.
inline constexpr Distance kDistances[] = {
    {"CA", "ABC", 3},    {"KITTEN", "SITTING", 3}, {"SATURDAY", "SUNDAY", 3},
    {"FLAW", "LAWN", 2}, {"ABCD", "BADC", 2},      {"", "ABC", 3},
    {"A", "A", 0},
};

}  // namespace signpost::vectors

#endif  // SIGNPOST_TESTS_VECTORS_PHONETIC_AND_SIMILARITY_H_
