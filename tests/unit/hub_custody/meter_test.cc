#include "hub/custody/meter.h"

#include <catch2/catch.hpp>

namespace signpost::hub {
namespace {

constexpr int64_t kDayMs = 86'400'000;

v1::Member Declaring(uint64_t children) {
  v1::Member member;
  member.set_code("E09000012");
  member.set_declared_children(children);
  return member;
}

// Charges `times` batches as MeterFile does, and returns the last verdict.
Charge ChargeTimes(Meter& meter, const MeterKey& key, const AllowanceLimits& limits,
                   uint64_t times) {
  Charge charge = Charge::kRefused;
  for (uint64_t i = 0; i < times; ++i) {
    charge = meter.TryCharge(key, limits);
    if (charge == Charge::kNeedsSaving) {
      meter.Reserve(key, limits);
      charge = meter.TryCharge(key, limits);
    }
  }
  return charge;
}

TEST_CASE("Allowances follow the declared children as the protocol says") {
  // ceil(1.15 x 72,000 x 20 / 1,024) + 8 = 1,618 + 8; 2 % of it; 3 % of 72,000.
  const v1::Member member = Declaring(72'000);
  CHECK(LimitsOf(member, v1::ENROLMENT).flag_above == 1626);
  CHECK(LimitsOf(member, v1::DELTA).flag_above == 48);
  CHECK(LimitsOf(member, v1::QUESTIONS).flag_above == 2160);
  CHECK(LimitsOf(member, v1::QUESTIONS).refuse_above == 4320);
}

TEST_CASE("Small and enormous members get the floors and no overflow") {
  CHECK(LimitsOf(Declaring(0), v1::ENROLMENT).flag_above == 8);
  CHECK(LimitsOf(Declaring(0), v1::DELTA).flag_above == 48);
  CHECK(LimitsOf(Declaring(0), v1::QUESTIONS).flag_above == 2000);
  CHECK(LimitsOf(Declaring(1'000'000), v1::DELTA).flag_above == 450);
  CHECK(LimitsOf(Declaring(UINT64_MAX), v1::ENROLMENT).flag_above == 22'460'946);
}

TEST_CASE("The directory may set a member's allowances itself") {
  v1::Member member = Declaring(72'000);
  member.mutable_allowances()->set_enrolment_batches_per_epoch(10);
  member.mutable_allowances()->set_delta_batches_per_day(3);
  member.mutable_allowances()->set_questions_per_day(5);
  CHECK(LimitsOf(member, v1::ENROLMENT).refuse_above == 20);
  CHECK(LimitsOf(member, v1::DELTA).refuse_above == 6);
  CHECK(LimitsOf(member, v1::QUESTIONS).refuse_above == 10);
  CHECK(LimitsOf(member, v1::ALLOWANCE_UNSPECIFIED).refuse_above == 0);
}

TEST_CASE("Use is flagged above the allowance and refused at twice that") {
  Meter meter;
  const MeterKey key = {"E09000012", v1::QUESTIONS, 20'000};
  const AllowanceLimits limits = {50, 100};
  CHECK(ChargeTimes(meter, key, limits, 50) == Charge::kGranted);
  CHECK(ChargeTimes(meter, key, limits, 1) == Charge::kFlagged);
  CHECK(ChargeTimes(meter, key, limits, 49) == Charge::kFlagged);
  CHECK(ChargeTimes(meter, key, limits, 1) == Charge::kRefused);
  CHECK(meter.Used(key) == 100);
}

TEST_CASE("Members and kinds and periods are counted apart") {
  Meter meter;
  const AllowanceLimits limits = {1, 1};
  const MeterKey key = {"E09000012", v1::QUESTIONS, 20'000};
  REQUIRE(ChargeTimes(meter, key, limits, 2) == Charge::kRefused);
  CHECK(ChargeTimes(meter, {"E08000035", v1::QUESTIONS, 20'000}, limits, 1) == Charge::kGranted);
  CHECK(ChargeTimes(meter, {"E09000012", v1::DELTA, 20'000}, limits, 1) == Charge::kGranted);
  CHECK(ChargeTimes(meter, {"E09000012", v1::QUESTIONS, 20'001}, limits, 1) == Charge::kGranted);
}

TEST_CASE("Nothing is granted before it has been reserved") {
  Meter meter;
  const MeterKey key = {"E09000012", v1::ENROLMENT, 3};
  const AllowanceLimits limits = {100, 200};
  CHECK(meter.TryCharge(key, limits) == Charge::kNeedsSaving);
  meter.Reserve(key, limits);
  meter.Unreserve(key);
  CHECK(meter.TryCharge(key, limits) == Charge::kNeedsSaving);
  CHECK(meter.Used(key) == 0);
}

TEST_CASE("What is read back counts as used in full so that a restart refills nothing") {
  Meter meter;
  const MeterKey key = {"E09000012", v1::QUESTIONS, 20'000};
  const AllowanceLimits limits = {50, 100};
  ChargeTimes(meter, key, limits, 99);
  std::optional<Meter> again = Meter::Parse(meter.Serialise());
  REQUIRE(again);
  CHECK(again->Used(key) == 100);
  CHECK(ChargeTimes(*again, key, limits, 1) == Charge::kRefused);
  CHECK(again->Serialise() == meter.Serialise());
}

TEST_CASE("A damaged meter is not read") {
  Meter meter;
  ChargeTimes(meter, {"E09000012", v1::QUESTIONS, 20'000}, {50, 100}, 3);
  const std::string good = meter.Serialise();
  REQUIRE(Meter::Parse(good));
  CHECK(good == "signpost-meter/v1\nQUESTIONS 20000 E09000012 32\nend 1\n");
  CHECK_FALSE(Meter::Parse(""));
  CHECK_FALSE(Meter::Parse(good.substr(0, good.size() - 1)));
  CHECK_FALSE(Meter::Parse("signpost-meter/v2\nend 0\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nend 1\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nQUESTIONS 20000 E09000012\nend 1\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nANSWERS 20000 E09000012 32\nend 1\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nQUESTIONS x E09000012 32\nend 1\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nQUESTIONS 20000 e09000012 32\nend 1\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nQUESTIONS 20000 E09000012 -1\nend 1\n"));
  CHECK_FALSE(Meter::Parse("signpost-meter/v1\nDELTA 1 E09000012 3\nDELTA 1 E09000012 4\nend 2\n"));
}

TEST_CASE("Old days and destroyed epochs are forgotten and nothing else") {
  Meter meter;
  const AllowanceLimits limits = {50, 100};
  const MeterKey old_day = {"E09000012", v1::QUESTIONS, 19'998};
  const MeterKey yesterday = {"E09000012", v1::DELTA, 19'999};
  const MeterKey epoch = {"E09000012", v1::ENROLMENT, 3};
  for (const MeterKey& key : {old_day, yesterday, epoch}) ChargeTimes(meter, key, limits, 1);
  meter.ForgetDaysBefore(19'999);
  CHECK(meter.Used(old_day) == 0);
  CHECK(meter.Used(yesterday) == 1);
  CHECK(meter.Used(epoch) == 1);
  meter.ForgetEpoch(3);
  CHECK(meter.Used(epoch) == 0);
}

TEST_CASE("Days refill at midnight UTC and enrolment with another epoch") {
  CHECK(PeriodOf(v1::QUESTIONS, 3, 20'000 * kDayMs + 5) == 20'000);
  CHECK(PeriodOf(v1::ENROLMENT, 3, 20'000 * kDayMs) == 3);
  CHECK(RefillsAtMs(v1::DELTA, 20'000 * kDayMs + 5) == 20'001 * kDayMs);
  CHECK_FALSE(RefillsAtMs(v1::ENROLMENT, 20'000 * kDayMs));
}

}  // namespace
}  // namespace signpost::hub
