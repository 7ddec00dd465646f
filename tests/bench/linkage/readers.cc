#include "tests/bench/linkage/readers.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "tests/bench/linkage/csv_table.h"
#include "tests/bench/linkage/set_formats.h"

namespace signpost::bench {
namespace {

namespace fs = std::filesystem;

// What a file is, by its header.
enum class Shape {
  kUnknown,
  kFebrl,
  kHist50k,
  kOnsA,
  kOnsB,
  kNcvr,
  kPprl,
  kRldata,
  kSynthIndex,
  kSynthQuestions,
  kSynthTruth
};

Shape ShapeOf(const std::vector<std::string>& header) {
  const std::set<std::string> columns(header.begin(), header.end());
  const auto has = [&columns](std::initializer_list<const char*> wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&](const char* column) { return columns.count(column) > 0; });
  };
  if (has({"rec_id", "given_name", "surname", "soc_sec_id"})) return Shape::kFebrl;
  if (has({"unique_id", "cluster", "postcode_fake"})) return Shape::kHist50k;
  if (has({"id_a", "firstname_a", "dob_a", "ident_a", "ident_b"})) return Shape::kOnsA;
  if (has({"id_b", "firstname_b", "dob_b", "ident_a", "ident_b"})) return Shape::kOnsB;
  if (has({"recid", "givenname", "surname", "suburb", "postcode"})) return Shape::kNcvr;
  if (has({"recid", "givenname", "surname", "suburb", "pc"})) return Shape::kPprl;
  if (has({"fname_c1", "lname_c1", "by", "bm", "bd", "identity"})) return Shape::kRldata;
  if (has({"record_id", "given_names", "date_of_birth"})) return Shape::kSynthIndex;
  if (has({"question_id", "given_names", "date_of_birth"})) return Shape::kSynthQuestions;
  if (has({"question_id", "record_id", "category"})) return Shape::kSynthTruth;
  return Shape::kUnknown;
}

// Files of one folder, sorted by name within each shape.
using Folder = std::map<Shape, std::vector<std::string>>;

class Finder {
 public:
  explicit Finder(std::string root) : root_(std::move(root)) {}

  Found Run(const std::map<std::string, Folder>& folders) {
    for (const auto& [folder, shapes] : folders) {
      for (const auto& [shape, files] : shapes) OneShape(folder, shapes, shape, files);
    }
    return std::move(found_);
  }

 private:
  std::string Short(const std::string& path) const {
    const std::string relative = fs::path(path).lexically_relative(root_).string();
    return relative == "." ? fs::path(root_).filename().string() : relative;
  }

  void Add(std::string name, std::string format, std::vector<std::string> files) {
    found_.sets.push_back({std::move(name), std::move(format), std::move(files)});
  }
  void Skip(const std::string& path, const std::string& why) {
    found_.skipped.push_back(Short(path) + ": " + why);
  }

  static std::string Stem(const std::string& path) { return fs::path(path).stem().string(); }

  void OneEach(const std::string& folder, const std::string& format,
               const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      Add(files.size() == 1 ? Short(folder) : Short(folder) + "/" + Stem(file), format, {file});
    }
  }

  void OneShape(const std::string& folder, const Folder& shapes, Shape shape,
                const std::vector<std::string>& files) {
    switch (shape) {
      case Shape::kUnknown:
        for (const std::string& file : files) Skip(file, "its header is of no format known here");
        return;
      case Shape::kFebrl:
        return Febrl(folder, files);
      case Shape::kHist50k:
        return OneEach(folder, "hist50k", files);
      case Shape::kRldata:
        return OneEach(folder, "rldata", files);
      case Shape::kNcvr:
        return Ncvr(folder, files);
      case Shape::kPprl:
        return Parties(folder, "", "pprl", files);
      case Shape::kOnsA:
        return Pairs(folder, "ons_working_exercise", files, Of(shapes, Shape::kOnsB));
      case Shape::kOnsB:
        if (Of(shapes, Shape::kOnsA).empty()) Skip(folder, "an ONS file b without its a");
        return;
      case Shape::kSynthIndex:
        return Synth(folder, files, Of(shapes, Shape::kSynthQuestions),
                     Of(shapes, Shape::kSynthTruth));
      case Shape::kSynthQuestions:
      case Shape::kSynthTruth:
        if (Of(shapes, Shape::kSynthIndex).empty()) Skip(files[0], "there is no index beside it");
        return;
    }
  }

  static std::vector<std::string> Of(const Folder& shapes, Shape shape) {
    const auto at = shapes.find(shape);
    return at == shapes.end() ? std::vector<std::string>() : at->second;
  }

  void Parties(const std::string& folder, const std::string& suffix, const std::string& format,
               const std::vector<std::string>& files) {
    if (files.size() < 2) return Skip(files[0], "one party alone: there is nothing to link with");
    Add(Short(folder) + suffix, format, files);
  }

  // Several NCVR collections may lie in one folder: their parties' names differ in the party only.
  void Ncvr(const std::string& folder, const std::vector<std::string>& files) {
    std::map<std::string, std::vector<std::string>> collections;
    static const std::regex party("myp_[0-9]+");
    for (const std::string& file : files) {
      collections[std::regex_replace(Stem(file), party, "myp")].push_back(file);
    }
    for (const auto& [collection, parties] : collections) {
      Parties(folder, collections.size() == 1 ? "" : "/" + collection, "ncvr", parties);
    }
  }

  void Pairs(const std::string& folder, const std::string& format,
             const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      if (i >= a.size() || i >= b.size()) {
        Skip(i < a.size() ? a[i] : b[i], "the other file of the pair is not there");
      } else {
        Add(a.size() == 1 ? Short(folder) : Short(folder) + "/" + Stem(a[i]), format, {a[i], b[i]});
      }
    }
  }

  void Synth(const std::string& folder, const std::vector<std::string>& index,
             const std::vector<std::string>& questions, const std::vector<std::string>& truth) {
    if (questions.size() != index.size() || truth.size() != index.size()) {
      return Skip(index[0], "an index needs questions and truth beside it, one of each");
    }
    for (size_t i = 0; i < index.size(); ++i) {
      Add(index.size() == 1 ? Short(folder) : Short(folder) + "/" + Stem(index[i]),
          "synth_children_dev", {index[i], questions[i], truth[i]});
    }
  }

  // A file of originals only is linked with a file of duplicates only; others hold both.
  void Febrl(const std::string& folder, const std::vector<std::string>& files) {
    std::vector<std::string> originals, duplicates, both;
    for (const std::string& file : files) {
      const absl::StatusOr<std::string> text = ReadWhole(file);
      if (!text.ok()) {
        Skip(file, "cannot be read");
        continue;
      }
      const bool org = text->find("-org") != std::string::npos;
      const bool dup = text->find("-dup") != std::string::npos;
      (org && !dup ? originals : dup && !org ? duplicates : both).push_back(file);
    }
    for (const std::string& file : both) {
      Add(files.size() == 1 ? Short(folder) : Short(folder) + "/" + Stem(file), "febrl", {file});
    }
    Pairs(folder, "febrl", originals, duplicates);
  }

  const std::string root_;
  Found found_;
};

}  // namespace

absl::StatusOr<Found> FindSets(const std::string& path) {
  std::error_code error;
  const fs::path root = fs::weakly_canonical(path, error);
  if (error || !fs::is_directory(root, error)) {
    return absl::NotFoundError(absl::StrCat(path, ": no such folder"));
  }
  std::map<std::string, Folder> folders;
  for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    if (!at->is_regular_file(error) || at->path().extension() != ".csv") continue;
    const std::string file = at->path().string();
    folders[at->path().parent_path().string()][ShapeOf(ReadHeader(file))].push_back(file);
  }
  if (error) return absl::NotFoundError(absl::StrCat(path, ": cannot be listed"));
  for (auto& [folder, shapes] : folders) {
    for (auto& [shape, files] : shapes) std::sort(files.begin(), files.end());
  }
  return Finder(root.string()).Run(folders);
}

absl::StatusOr<LinkageSet> ReadSet(const FoundSet& found) {
  std::vector<CsvTable> tables;
  for (const std::string& file : found.files) {
    SIGNPOST_ASSIGN_OR_RETURN(CsvTable table, ReadCsvTable(file));
    tables.push_back(std::move(table));
  }
  SIGNPOST_ASSIGN_OR_RETURN(LinkageSet set, ReadFormat(found.format, tables));
  set.name = found.name;
  set.format = found.format;
  return set;
}

}  // namespace signpost::bench
