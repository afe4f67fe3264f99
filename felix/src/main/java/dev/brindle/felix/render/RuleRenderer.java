// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.policy.rule.PolicyRule;
import dev.brindle.policy.rule.RuleMatch;
import java.util.ArrayList;
import java.util.List;

/// The rules of a policy as nftables rules of one family.
///
/// A rule whose ports may match by number or by set becomes one nftables rule for each way. Which
/// of them matches first makes no difference: all do the same, and allow, deny and pass end the
/// chain.
final class RuleRenderer {

  private static final int MAX_LOG_PREFIX = 127;
  private static final List<Protocol> WITH_PORTS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP, Protocol.UDP_LITE);

  private final RenderContext context;
  private final IpFamily family;
  private final NftExpression deny;

  /// @param deny what becomes of packets that are denied
  RuleRenderer(RenderContext context, IpFamily family, NftExpression deny) {
    this.context = context;
    this.family = family;
    this.deny = deny;
  }

  List<NftRule> render(List<PolicyRule> rules) {
    return rules.stream().flatMap(rule -> render(rule).stream()).toList();
  }

  private List<NftRule> render(PolicyRule rule) {
    RuleMatch match = rule.match();
    var source = new SideConditions(family, Side.SOURCE, match.source());
    var destination = new SideConditions(family, Side.DESTINATION, match.destination());
    boolean otherFamily = match.family().isPresent() && match.family().get() != family;
    if (otherFamily || source.isImpossible() || destination.isImpossible()) {
      return List.of();
    }
    List<NftRule> rules = new ArrayList<>();
    for (List<NftExpression> protocol : protocols(match, source, destination)) {
      for (List<NftExpression> from : source.alternatives()) {
        for (List<NftExpression> to : destination.alternatives()) {
          List<NftExpression> rendered = new ArrayList<>(protocol);
          rendered.addAll(source.required());
          rendered.addAll(from);
          rendered.addAll(destination.required());
          rendered.addAll(to);
          icmp(match, rendered);
          rendered.addAll(action(rule));
          rules.add(new NftRule(rendered, ""));
        }
      }
    }
    return rules;
  }

  /// Ports mean something only within a protocol: a rule that has ports and no protocol is tried
  /// for each that has them; one with a protocol that has none matches nothing.
  private static List<List<NftExpression>> protocols(
      RuleMatch match, SideConditions source, SideConditions destination) {
    List<NftExpression> except =
        match.notProtocol().stream()
            .<NftExpression>map(protocol -> new NftExpression.L4Protocol(protocol, true))
            .toList();
    boolean needsPorts = source.hasNumericPorts() || destination.hasNumericPorts();
    if (match.protocol().isEmpty() && !needsPorts) {
      return List.of(except);
    }
    return match.protocol().map(List::of).orElse(WITH_PORTS).stream()
        .filter(protocol -> !needsPorts || protocol.hasPorts())
        .map(protocol -> with(new NftExpression.L4Protocol(protocol, false), except))
        .toList();
  }

  private static void icmp(RuleMatch match, List<NftExpression> rendered) {
    match.icmp().ifPresent(icmp -> icmp(icmp, false, rendered));
    match.notIcmp().ifPresent(icmp -> icmp(icmp, true, rendered));
  }

  private static void icmp(Rule.Icmp icmp, boolean negated, List<NftExpression> rendered) {
    icmp.type().ifPresent(type -> rendered.add(new NftExpression.Icmp(type, icmp.code(), negated)));
  }

  private List<NftExpression> action(PolicyRule rule) {
    Marks marks = context.marks();
    return switch (rule.action()) {
      case ALLOW ->
          List.of(new NftExpression.SetMark(marks.accept(), marks.accept()), NftExpression.RETURN);
      case PASS ->
          List.of(new NftExpression.SetMark(marks.pass(), marks.pass()), NftExpression.RETURN);
      case DENY -> List.of(deny);
      case LOG -> List.of(new NftExpression.Log(logPrefix()));
    };
  }

  private String logPrefix() {
    String prefix = context.settings().get(Parameters.LOG_PREFIX) + ": ";
    return prefix.substring(0, Math.min(MAX_LOG_PREFIX, prefix.length()));
  }

  private static List<NftExpression> with(NftExpression first, List<NftExpression> rest) {
    List<NftExpression> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all;
  }
}
