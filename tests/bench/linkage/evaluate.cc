#include "tests/bench/linkage/evaluate.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "proto/limits.h"
#include "tests/bench/linkage/differences.h"
#include "tests/bench/linkage/tags.h"

namespace signpost::bench {
namespace {

using node::NormalisedChild;

constexpr double kBlankedShare = 0.3;

class Evaluation {
 public:
  Evaluation(const LinkageSet& set, const Origins& origins, uint64_t children,
             std::vector<NormalisedChild> records, std::string identifiers)
      : set_(set), origins_(origins), records_(std::move(records)) {
    figures_.identifiers = std::move(identifiers);
    figures_.children = children;
  }

  Figures Run() {
    MakeIndex();
    for (uint32_t i = 0; i < records_.size(); ++i) {
      if (Asks(i)) Ask(i);
    }
    figures_.best = FindBestF1(std::move(scored_), figures_.right.pairs);
    return std::move(figures_);
  }

 private:
  const SetRecord& Of(uint32_t i) const { return set_.records[i]; }
  bool Asks(uint32_t i) const { return set_.deduplication || Of(i).source < last_source_; }
  bool Holds(uint32_t i) const { return set_.deduplication || Of(i).source > 0; }
  bool MayFind(uint32_t asked, uint32_t held) const {
    return set_.deduplication ? asked != held : Of(asked).source < Of(held).source;
  }
  bool SamePerson(uint32_t a, uint32_t b) const { return Of(a).entity == Of(b).entity; }

  static std::string HomeKey(const std::string& postcode, const std::string& family) {
    return postcode + " " + family;
  }

  void MakeIndex() {
    for (const SetRecord& record : set_.records) {
      last_source_ = std::max(last_source_, record.source);
    }
    tags_.resize(records_.size());
    for (uint32_t i = 0; i < records_.size(); ++i) {
      if (!Holds(i)) continue;
      ++figures_.records;
      tags_[i] = TagsOf(node::HolderKeys(records_[i]));
      figures_.held_tags += tags_[i].size();
      for (const Tag& tag : tags_[i]) index_[tag.hash].push_back(i);
      persons_[Of(i).entity].push_back(i);
      for (const std::string& home : Homes(records_[i])) homes_[home].push_back(i);
    }
  }

  static std::set<std::string> Homes(const NormalisedChild& child) {
    std::set<std::string> homes;
    for (const node::NormalisedAddress& address : child.addresses) {
      if (address.postcode.empty()) continue;
      for (const std::string& family : child.FamilyVariants()) {
        homes.insert(HomeKey(address.postcode, family));
      }
    }
    return homes;
  }

  void Ask(uint32_t i) {
    ++figures_.questions;
    const NormalisedChild& asked = records_[i];
    const size_t all = node::AskerKeys(asked).size();
    figures_.cut_questions += all > kQuestionSlots ? 1 : 0;
    const std::vector<Tag> tags = TagsOf(node::QuestionKeys(asked));
    figures_.asked_tags += tags.size();

    std::unordered_map<uint32_t, node::KeyTypeSet> hits;
    for (const Tag& tag : tags) {
      const auto at = index_.find(tag.hash);
      if (at == index_.end()) continue;
      for (const uint32_t held : at->second) {
        if (MayFind(i, held)) hits[held] |= node::KeyTypeBit(tag.type);
      }
    }
    WrongCandidates(i, hits);
    RightPairs(i, hits);
    Families(i, hits);
  }

  void WrongCandidates(uint32_t i, const std::unordered_map<uint32_t, node::KeyTypeSet>& hits) {
    uint64_t wrong = 0;
    for (const auto& [held, types] : hits) {
      if (SamePerson(i, held)) continue;
      ++wrong;
      const Outcome outcome = Judge(records_[i], records_[held], types, figures_.children);
      figures_.wrong.Add(outcome);
      ++figures_.masks[types].wrong;
      scored_.push_back({outcome.bits, false});
    }
    ++figures_.wrong_of_question[wrong];
  }

  void RightPairs(uint32_t i, const std::unordered_map<uint32_t, node::KeyTypeSet>& hits) {
    const auto person = persons_.find(Of(i).entity);
    if (person == persons_.end()) return;
    bool held_at_all = false, reached = false, told = false;
    for (const uint32_t held : person->second) {
      if (!MayFind(i, held)) continue;
      const auto hit = hits.find(held);
      const node::KeyTypeSet types = hit == hits.end() ? 0 : hit->second;
      const Outcome outcome = Judge(records_[i], records_[held], types, figures_.children);
      figures_.right.Add(outcome);
      held_at_all = true;
      reached = reached || outcome.candidate;
      told = told || outcome.revealed;
      if (outcome.candidate) {
        ++figures_.masks[types].right;
        scored_.push_back({outcome.bits, true});
      }
      figures_.by_origin[std::string(OriginName(origins_.OfChild(records_[i])))].Add(outcome);
      for (const std::string& kind : Differences(records_[i], records_[held])) {
        figures_.by_difference[kind].Add(outcome);
      }
    }
    figures_.askable += held_at_all ? 1 : 0;
    figures_.reached += reached ? 1 : 0;
    figures_.told += told ? 1 : 0;
  }

  // Another person of the family: the same family name at the same postcode; a twin when born on
  // the same day.
  void Families(uint32_t i, const std::unordered_map<uint32_t, node::KeyTypeSet>& hits) {
    if (!records_[i].HasBirthDay()) return;
    std::set<uint32_t> family;
    for (const std::string& home : Homes(records_[i])) {
      const auto at = homes_.find(home);
      if (at != homes_.end()) family.insert(at->second.begin(), at->second.end());
    }
    for (const uint32_t held : family) {
      if (!MayFind(i, held) || SamePerson(i, held) || !records_[held].HasBirthDay()) continue;
      const auto hit = hits.find(held);
      const node::KeyTypeSet types = hit == hits.end() ? 0 : hit->second;
      const Outcome outcome = Judge(records_[i], records_[held], types, figures_.children);
      if (outcome.candidate) figures_.wrong_family.Add(outcome);
      const bool twin = records_[i].birth == records_[held].birth;
      (twin ? figures_.twins : figures_.siblings).Add(outcome);
    }
  }

  const LinkageSet& set_;
  const Origins& origins_;
  const std::vector<NormalisedChild> records_;
  uint32_t last_source_ = 0;
  std::vector<std::vector<Tag>> tags_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> index_;
  std::unordered_map<std::string, std::vector<uint32_t>> persons_, homes_;
  std::vector<ScoredPair> scored_;
  Figures figures_;
};

void Blank(NormalisedChild& child) {
  child.nhs_number.clear();
  child.upn.clear();
}

}  // namespace

std::vector<Figures> Evaluate(const LinkageSet& set, const Origins& origins,
                              const EvaluateOptions& options) {
  std::vector<NormalisedChild> given;
  std::set<std::string> persons;
  bool identifiers = false;
  for (const SetRecord& record : set.records) {
    given.push_back(node::Normalise(record.details));
    persons.insert(record.entity);
    identifiers = identifiers || !given.back().nhs_number.empty() || !given.back().upn.empty();
  }
  const uint64_t children = options.children == 0 ? persons.size() : options.children;
  const auto run = [&](std::vector<NormalisedChild> records, const char* name) {
    return Evaluation(set, origins, children, std::move(records), name).Run();
  };
  if (!identifiers) return {run(std::move(given), "none in the set")};
  std::vector<NormalisedChild> some = given, none = given;
  for (size_t i = 0; i < given.size(); ++i) {
    Blank(none[i]);
    const double draw =
        static_cast<double>(HashBytes(set.records[i].id, options.seed) >> 11) * 0x1p-53;
    if (draw < kBlankedShare) Blank(some[i]);
  }
  return {run(std::move(given), "as given"), run(std::move(some), "blanked on 30 %"),
          run(std::move(none), "blanked")};
}

}  // namespace signpost::bench
