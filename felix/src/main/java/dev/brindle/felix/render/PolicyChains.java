// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.RuleSet;
import dev.brindle.policy.rule.PolicyRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The two chains of a policy or profile, and a third where packets are asked after routing. They
/// are there even when empty: endpoints jump to them.
record PolicyChains(RenderContext context, IpFamily family) {

  List<NftChain> policy(PolicyId id, RuleSet rules) {
    Layer layer = Layer.of(rules.policyClass());
    List<NftChain> chains = new ArrayList<>();
    chains.add(chain(ChainName.policyIn(layer, id), layer, rules.ingress()));
    chains.add(chain(ChainName.policyOut(layer, id), layer, rules.egress()));
    if (layer == Layer.FILTER && context.lateLayer() != layer) {
      String name = ChainName.policyOut(context.lateLayer(), id);
      chains.add(chain(name, context.lateLayer(), rules.egress()));
    }
    return chains;
  }

  List<NftChain> profile(String profile, RuleSet rules) {
    List<NftChain> chains = new ArrayList<>();
    chains.add(chain(ChainName.profileIn(profile), Layer.FILTER, rules.ingress()));
    chains.add(chain(ChainName.profileOut(Layer.FILTER, profile), Layer.FILTER, rules.egress()));
    if (context.lateLayer() != Layer.FILTER) {
      String name = ChainName.profileOut(context.lateLayer(), profile);
      chains.add(chain(name, context.lateLayer(), rules.egress()));
    }
    return chains;
  }

  /// All names that chains of a policy can have.
  static List<String> namesOf(PolicyId id) {
    return Arrays.stream(Layer.values())
        .flatMap(layer -> Stream.of(ChainName.policyIn(layer, id), ChainName.policyOut(layer, id)))
        .toList();
  }

  /// All names that chains of a profile can have.
  static List<String> namesOf(String profile) {
    return List.of(
        ChainName.profileIn(profile),
        ChainName.profileOut(Layer.FILTER, profile),
        ChainName.profileOut(Layer.MANGLE, profile));
  }

  private NftChain chain(String name, Layer layer, List<PolicyRule> rules) {
    NftExpression deny = layer == Layer.FILTER ? context.deny() : NftExpression.DROP;
    return HostChains.chain(name, new RuleRenderer(context, family, deny).render(rules));
  }
}
