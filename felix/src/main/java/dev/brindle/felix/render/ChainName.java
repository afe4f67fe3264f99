// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.label.TextHash;
import dev.brindle.policy.engine.PolicyId;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Names of chains: Calico's, flattened as its nftables backend does (`filter-cali-tw-...`).
final class ChainName {

  static final String FROM_DISPATCH = "filter-cali-from-wl-dispatch";
  static final String TO_DISPATCH = "filter-cali-to-wl-dispatch";

  /// The kernel's limit is 255; less keeps listings and messages readable.
  private static final int MAX_LENGTH = 200;

  private static final Pattern READABLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9/._-]*");

  private static final String FROM_ENDPOINT = "filter-cali-fw-";
  private static final String TO_ENDPOINT = "filter-cali-tw-";
  private static final String POLICY_IN = "filter-cali-pi-";
  private static final String POLICY_OUT = "filter-cali-po-";
  private static final String PROFILE_IN = "filter-cali-pri-";
  private static final String PROFILE_OUT = "filter-cali-pro-";
  private static final List<String> OWNED =
      List.of(FROM_ENDPOINT, TO_ENDPOINT, POLICY_IN, POLICY_OUT, PROFILE_IN, PROFILE_OUT);

  private ChainName() {}

  static String fromWorkload(String interfaceName) {
    return of(FROM_ENDPOINT, interfaceName, MAX_LENGTH);
  }

  static String toWorkload(String interfaceName) {
    return of(TO_ENDPOINT, interfaceName, MAX_LENGTH);
  }

  static String policyIn(PolicyId policy) {
    return of(POLICY_IN, policy.toString(), MAX_LENGTH);
  }

  static String policyOut(PolicyId policy) {
    return of(POLICY_OUT, policy.toString(), MAX_LENGTH);
  }

  static String profileIn(String profile) {
    return of(PROFILE_IN, profile, MAX_LENGTH);
  }

  static String profileOut(String profile) {
    return of(PROFILE_OUT, profile, MAX_LENGTH);
  }

  /// Whether it is a chain of one policy, one profile or one endpoint.
  static boolean isOfPolicyOrEndpoint(String chain) {
    return OWNED.stream().anyMatch(chain::startsWith);
  }

  /// The suffix itself where it fits and can be written in nft(8), else `_` and as much of its
  /// SHA-256 as fits. A suffix that begins with `_` is hashed too, so no name can pass for a hash.
  static String of(String prefix, String suffix, int maxLength) {
    if (prefix.length() + suffix.length() <= maxLength && READABLE.matcher(suffix).matches()) {
      return prefix + suffix;
    }
    String hashed =
        prefix
            + "_"
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(TextHash.SHA_256.of(suffix.isEmpty() ? "_" : suffix));
    return hashed.substring(0, Math.min(maxLength, hashed.length()));
  }
}
