// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.RuleSet;
import java.util.List;
import java.util.Optional;

/// The two chains of a policy or profile. They are there even when empty: endpoints jump to both.
record PolicyChains(RuleRenderer renderer) {

  List<NftChain> policy(PolicyId id, RuleSet rules) {
    return List.of(
        chain(ChainName.policyIn(id), renderer.render(rules.ingress())),
        chain(ChainName.policyOut(id), renderer.render(rules.egress())));
  }

  List<NftChain> profile(String name, RuleSet rules) {
    return List.of(
        chain(ChainName.profileIn(name), renderer.render(rules.ingress())),
        chain(ChainName.profileOut(name), renderer.render(rules.egress())));
  }

  private static NftChain chain(String name, List<NftRule> rules) {
    return new NftChain(name, Optional.empty(), rules);
  }
}
