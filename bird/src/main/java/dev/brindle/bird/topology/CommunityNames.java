// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.bird.filter.CommunityRule;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.LargeCommunity;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Communities as a BGPConfiguration writes them: `aa:nn`, `aa:nn:mm`, or a name that it explains.
/// What is none of these is left out, as Calico leaves it out.
final class CommunityNames {

  private static final Pattern STANDARD = Pattern.compile("[0-9]{1,5}:[0-9]{1,5}");
  private static final Pattern LARGE = Pattern.compile("[0-9]{1,10}:[0-9]{1,10}:[0-9]{1,10}");
  private static final long MAX_STANDARD = 0xffff;
  private static final long MAX_LARGE = 0xffff_ffffL;

  private CommunityNames() {}

  static List<CommunityRule> rules(BgpConfiguration.Spec spec) {
    return spec.prefixAdvertisements().stream().map(it -> rule(it, spec)).toList();
  }

  private static CommunityRule rule(
      BgpConfiguration.PrefixAdvertisement advertisement, BgpConfiguration.Spec spec) {
    List<Community> standard = new ArrayList<>();
    List<LargeCommunity> large = new ArrayList<>();
    for (String text : advertisement.communities()) {
      String value = resolved(text, spec);
      String[] parts = value.split(":", -1);
      if (STANDARD.matcher(value).matches() && fit(parts, MAX_STANDARD)) {
        standard.add(Community.of((int) number(parts[0]), (int) number(parts[1])));
      } else if (LARGE.matcher(value).matches() && fit(parts, MAX_LARGE)) {
        large.add(
            new LargeCommunity(
                (int) number(parts[0]), (int) number(parts[1]), (int) number(parts[2])));
      }
    }
    return new CommunityRule(advertisement.cidr(), standard, large);
  }

  private static String resolved(String text, BgpConfiguration.Spec spec) {
    return spec.communities().stream()
        .filter(it -> it.name().equals(text))
        .map(BgpConfiguration.Community::value)
        .findFirst()
        .orElse(text);
  }

  private static boolean fit(String[] parts, long max) {
    for (String part : parts) {
      if (number(part) > max) {
        return false;
      }
    }
    return true;
  }

  private static long number(String digits) {
    return Long.parseLong(digits);
  }
}
