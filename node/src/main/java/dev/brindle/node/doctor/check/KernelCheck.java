// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What this kernel can do of what we need.
public final class KernelCheck {

  private KernelCheck() {}

  /// @param release as `uname -r` says it
  /// @param tried features of nf_tables
  /// @param refusedRules features of nf_tables that were tried and refused, each with the reason
  /// @param refusedLinks kinds of interfaces that the pools need and that were refused
  public record Facts(
      String release,
      int tried,
      Map<String, String> refusedRules,
      Map<String, String> refusedLinks) {

    public Facts {
      refusedRules = Map.copyOf(refusedRules);
      refusedLinks = Map.copyOf(refusedLinks);
    }
  }

  public static List<Finding> of(Facts facts) {
    boolean hasNone = facts.refusedRules().size() == facts.tried();
    List<Finding> found =
        Stream.concat(
                hasNone
                    ? told(facts.refusedRules()).limit(1).map(Symptom.NO_NF_TABLES::at)
                    : told(facts.refusedRules()).map(Symptom.NFT_FEATURE_MISSING::at),
                told(facts.refusedLinks()).map(Symptom.LINK_TYPE_MISSING::at))
            .toList();
    return Finding.orOk(
        found, Check.KERNEL, "Linux %s has all that is needed".formatted(facts.release()));
  }

  private static Stream<String> told(Map<String, String> refused) {
    return new TreeMap<>(refused)
        .entrySet().stream().map(each -> "%s: %s".formatted(each.getKey(), each.getValue()));
  }
}
