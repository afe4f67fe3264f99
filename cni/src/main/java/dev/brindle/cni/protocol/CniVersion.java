// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The versions of the specification that are understood, oldest first.
public enum CniVersion {
  V0_1_0("0.1.0"),
  V0_2_0("0.2.0"),
  V0_3_0("0.3.0"),
  V0_3_1("0.3.1"),
  V0_4_0("0.4.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  /// What is spoken when the other side does not say.
  public static final CniVersion NEWEST = V1_1_0;

  /// What a configuration without a version is, as for Calico.
  static final CniVersion UNSAID = V0_2_0;

  private final String text;

  CniVersion(String text) {
    this.text = text;
  }

  public static Optional<CniVersion> find(String text) {
    return Arrays.stream(values()).filter(version -> version.text.equals(text)).findFirst();
  }

  /// Whether this version has the command at all.
  public boolean has(CniCommand command) {
    return isSince(command.since());
  }

  boolean isSince(CniVersion other) {
    return compareTo(other) >= 0;
  }

  /// What VERSION answers.
  public static String supportedJson() {
    return "{\"cniVersion\":\"%s\",\"supportedVersions\":[%s]}"
        .formatted(
            NEWEST,
            Arrays.stream(values())
                .map(version -> '"' + version.text + '"')
                .collect(Collectors.joining(",")));
  }

  /// `1.0.0`.
  @Override
  public String toString() {
    return text;
  }
}
