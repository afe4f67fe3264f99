// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

/// Brindle in a cluster: how it comes, is renewed, and dies.
interface Network {

  /// All that a cluster without a network needs.
  void start();

  /// As a new version is rolled out: one node after the other, each once the one before is ready.
  void renew();

  /// SIGKILL, to all daemons at once; new ones come.
  void killDaemons();

  /// What the daemon of a node said last.
  String lastWords(String node);
}
