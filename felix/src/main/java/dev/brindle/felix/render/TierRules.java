// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.PolicyId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The rules that lead through tiers and profiles: back with the accept mark, or dropped.
///
/// @param deny what becomes of packets that are not let through
/// @param isTracked else what is accepted is not tracked
record TierRules(Marks marks, NftExpression deny, boolean isTracked) {

  static TierRules of(RenderContext context) {
    return new TierRules(context.marks(), context.deny(), true);
  }

  /// @param drops whether what no policy of a tier decides is dropped, unless the tier passes it on
  List<NftRule> tiers(List<TierPolicies> tiers, Function<PolicyId, String> chain, boolean drops) {
    List<NftRule> rules = new ArrayList<>();
    for (TierPolicies tier : tiers) {
      rules.add(
          new NftRule(List.of(new NftExpression.SetMark(marks.pass(), 0)), "tier " + tier.tier()));
      for (PolicyId policy : tier.policies()) {
        rules.add(NftRule.of(undecided(), new NftExpression.Jump(chain.apply(policy))));
        rules.add(returnIfAccepted());
      }
      if (drops && !tier.passes()) {
        rules.add(new NftRule(List.of(undecided(), deny), "end of tier " + tier.tier()));
      }
    }
    return rules;
  }

  /// What no profile accepts is dropped.
  List<NftRule> profiles(List<String> profiles, Function<String, String> chain) {
    List<NftRule> rules = new ArrayList<>();
    for (String profile : profiles) {
      rules.add(NftRule.of(new NftExpression.Jump(chain.apply(profile))));
      rules.add(returnIfAccepted());
    }
    rules.add(new NftRule(List.of(deny), "no policy and no profile"));
    return rules;
  }

  private NftExpression undecided() {
    return new NftExpression.MarkIs(marks.pass(), 0, false);
  }

  private NftRule returnIfAccepted() {
    NftExpression accepted = new NftExpression.MarkIs(marks.accept(), marks.accept(), false);
    return isTracked
        ? NftRule.of(accepted, NftExpression.RETURN)
        : NftRule.of(accepted, new NftExpression.NoTrack(), NftExpression.RETURN);
  }
}
