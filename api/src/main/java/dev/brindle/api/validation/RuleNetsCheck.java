// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Addresses that a rule names: well-formed, and of one family over all four lists.
final class RuleNetsCheck {

  private static final int MOST_NETS = 256;

  private RuleNetsCheck() {}

  static void check(String field, Rule rule, Findings findings) {
    Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
    nets(field + ".source.nets", rule.source().nets(), families, findings);
    nets(field + ".destination.nets", rule.destination().nets(), families, findings);
    notNets(field + ".source.notNets", rule.source().notNets(), families, findings);
    notNets(field + ".destination.notNets", rule.destination().notNets(), families, findings);
    findings.require(
        families.size() < 2, field, families, "rule contains both IPv4 and IPv6 CIDRs");
    rule.ipVersion()
        .ifPresent(
            version ->
                findings.require(
                    families.stream().allMatch(family -> family.version() == version),
                    field + ".ipVersion",
                    version,
                    "rule IP version doesn't match CIDR version"));
  }

  private static void notNets(
      String field, List<String> texts, Set<IpFamily> families, Findings findings) {
    nets(field, texts, families, findings);
    for (String text : texts) {
      boolean isEverything =
          InterfaceAddress.tryParse(text).filter(net -> net.length() == 0).isPresent();
      findings.require(!isEverything, field, text, "without everything no address is left");
    }
  }

  private static void nets(
      String field, List<String> texts, Set<IpFamily> families, Findings findings) {
    findings.atMost(field, texts, MOST_NETS);
    for (String text : texts) {
      Optional<Cidr> net =
          InterfaceAddress.tryParse(text)
              .filter(found -> text.indexOf('/') >= 0)
              .filter(found -> found.cidr().address().equals(found.address()))
              .map(InterfaceAddress::cidr);
      net.ifPresent(found -> families.add(found.family()));
      findings.require(net.isPresent(), field, text, "invalid CIDR");
    }
  }
}
