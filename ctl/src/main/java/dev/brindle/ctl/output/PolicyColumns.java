// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Tier;
import java.util.List;

/// Tables of policies, profiles and tiers.
final class PolicyColumns {

  private PolicyColumns() {}

  static KindTable policy() {
    return KindTable.of(
        List.of(
            Column.name(),
            Column.of("TIER", NetworkPolicy.class, policy -> policy.spec().tier()),
            Column.of("ORDER", NetworkPolicy.class, policy -> Cells.order(policy.spec().order())),
            Column.of("SELECTOR", NetworkPolicy.class, policy -> policy.spec().selector())),
        "NAME",
        "TIER");
  }

  static KindTable globalPolicy() {
    return KindTable.of(
        List.of(
            Column.name(),
            Column.of("TIER", GlobalNetworkPolicy.class, policy -> policy.spec().tier()),
            Column.of(
                "ORDER", GlobalNetworkPolicy.class, policy -> Cells.order(policy.spec().order())),
            Column.of("SELECTOR", GlobalNetworkPolicy.class, policy -> policy.spec().selector())),
        "NAME",
        "TIER");
  }

  static KindTable profile() {
    return KindTable.of(
        List.of(
            Column.name(),
            Column.of(
                "LABELS", Profile.class, profile -> Cells.joined(profile.spec().labelsToApply()))),
        "NAME");
  }

  static KindTable tier() {
    return KindTable.same(
        List.of(
            Column.name(),
            Column.of("ORDER", Tier.class, tier -> Cells.order(tier.spec().order()))));
  }
}
