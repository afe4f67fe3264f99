// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

/// Where a lab keeps its resources.
public enum StoreKind implements Choice {
  EMBEDDED("embedded"),
  ETCD("etcd");

  private final String word;

  StoreKind(String word) {
    this.word = word;
  }

  /// @throws IllegalArgumentException if there is no such word
  public static StoreKind parse(String word) {
    return Choice.named("--store", word, values());
  }

  @Override
  public String word() {
    return word;
  }
}
