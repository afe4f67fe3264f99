// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import java.util.Arrays;
import java.util.Locale;

/// A machine that an image is for, by the names that everybody has for it.
///
/// Debian and OCI agree: `amd64`, `arm64`.
public enum Architecture {
  AMD64("x86_64-linux-gnu", "x86_64", "ld-linux-x86-64.so.2", 62),
  ARM64("aarch64-linux-gnu", "aarch64", "ld-linux-aarch64.so.1", 183);

  private final String triplet;
  private final String machine;
  private final String loader;
  private final int elfMachine;

  Architecture(String triplet, String machine, String loader, int elfMachine) {
    this.triplet = triplet;
    this.machine = machine;
    this.loader = loader;
    this.elfMachine = elfMachine;
  }

  /// @throws IllegalArgumentException naming those there are
  public static Architecture of(String word) {
    return Arrays.stream(values())
        .filter(it -> it.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "architecture '%s': expected amd64 or arm64".formatted(word)));
  }

  /// That of this machine.
  public static Architecture host() {
    String name = System.getProperty("os.arch");
    return of(name.equals("aarch64") ? "arm64" : name);
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// In names of Debian's directories and cross compilers.
  public String triplet() {
    return triplet;
  }

  /// As uname(1) says, and most libraries with natives in their jars.
  public String machine() {
    return machine;
  }

  /// File name of the dynamic loader.
  public String loader() {
    return loader;
  }

  /// `e_machine` of its programs.
  public int elfMachine() {
    return elfMachine;
  }
}
