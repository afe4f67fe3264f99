// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.label.TextHash;
import dev.brindle.policy.engine.PolicyId;
import java.util.Arrays;
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

  /// What stands for the name of an interface: it is too long to be one.
  static final String ALL_INTERFACES = "any-interface-at-all";

  private static final String FROM_ENDPOINT = "cali-fw-";
  private static final String TO_ENDPOINT = "cali-tw-";
  private static final String FROM_HOST = "cali-fh-";
  private static final String TO_HOST = "cali-th-";
  private static final String FROM_HOST_FORWARD = "cali-fhfw-";
  private static final String TO_HOST_FORWARD = "cali-thfw-";
  private static final String POLICY_IN = "cali-pi-";
  private static final String POLICY_OUT = "cali-po-";
  private static final String PROFILE_IN = "cali-pri-";
  private static final String PROFILE_OUT = "cali-pro-";
  private static final String FAILSAFE = "cali-failsafe-";
  private static final List<String> OF_HOSTS =
      List.of(FROM_HOST, TO_HOST, FROM_HOST_FORWARD, TO_HOST_FORWARD);
  private static final List<String> OWNED =
      List.of(FROM_ENDPOINT, TO_ENDPOINT, POLICY_IN, POLICY_OUT, PROFILE_IN, PROFILE_OUT);

  private ChainName() {}

  static String fromWorkload(String interfaceName) {
    return of(Layer.FILTER, FROM_ENDPOINT, interfaceName);
  }

  static String toWorkload(String interfaceName) {
    return of(Layer.FILTER, TO_ENDPOINT, interfaceName);
  }

  static String fromHost(Layer layer, String interfaceName) {
    return of(layer, FROM_HOST, interfaceName);
  }

  static String toHost(Layer layer, String interfaceName) {
    return of(layer, TO_HOST, interfaceName);
  }

  static String fromHostForward(String interfaceName) {
    return of(Layer.FILTER, FROM_HOST_FORWARD, interfaceName);
  }

  static String toHostForward(String interfaceName) {
    return of(Layer.FILTER, TO_HOST_FORWARD, interfaceName);
  }

  static String policyIn(Layer layer, PolicyId policy) {
    return of(layer, POLICY_IN, policy.toString());
  }

  static String policyOut(Layer layer, PolicyId policy) {
    return of(layer, POLICY_OUT, policy.toString());
  }

  static String profileIn(String profile) {
    return of(Layer.FILTER, PROFILE_IN, profile);
  }

  static String profileOut(Layer layer, String profile) {
    return of(layer, PROFILE_OUT, profile);
  }

  static String failsafeIn(Layer layer) {
    return layer.prefix() + FAILSAFE + "in";
  }

  static String failsafeOut(Layer layer) {
    return layer.prefix() + FAILSAFE + "out";
  }

  static String hostDispatch(Layer layer, String direction) {
    return layer.prefix() + "cali-" + direction;
  }

  /// All names that chains of a host endpoint on an interface can have.
  static List<String> ofHost(String interfaceName) {
    return Arrays.stream(Layer.values())
        .flatMap(layer -> OF_HOSTS.stream().map(prefix -> of(layer, prefix, interfaceName)))
        .toList();
  }

  /// Whether it is a chain of one policy, one profile or one endpoint.
  static boolean isOfPolicyOrEndpoint(String chain) {
    return isOfHost(chain) || begins(chain, OWNED);
  }

  static boolean isOfHost(String chain) {
    return begins(chain, OF_HOSTS);
  }

  static boolean isFailsafe(String chain) {
    return begins(chain, List.of(FAILSAFE));
  }

  private static boolean begins(String chain, List<String> prefixes) {
    return Arrays.stream(Layer.values())
        .filter(layer -> chain.startsWith(layer.prefix()))
        .map(layer -> chain.substring(layer.prefix().length()))
        .anyMatch(rest -> prefixes.stream().anyMatch(rest::startsWith));
  }

  private static String of(Layer layer, String prefix, String suffix) {
    return of(layer.prefix() + prefix, suffix, MAX_LENGTH);
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
