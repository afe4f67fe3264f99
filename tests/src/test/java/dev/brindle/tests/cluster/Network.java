// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.tests.cluster.Machine.Ended;
import java.util.List;
import java.util.Optional;

/// Brindle in a cluster: how it comes, is renewed, and dies.
interface Network {

  /// All that a cluster without a network needs.
  void start();

  /// As a new version is rolled out: one node after the other, each once the one before is ready.
  void renew();

  /// SIGKILL, to all daemons at once; new ones come.
  void killDaemons();

  /// SIGKILL to the daemon of a node, which stays away until `startDaemon`.
  void stopDaemon(String node);

  void startDaemon(String node);

  /// SIGKILL, to all controllers at once; new ones come.
  void killControllers();

  /// Where its resources are, if not in Kubernetes.
  default Optional<OwnEtcd> ownStore() {
    return Optional.empty();
  }

  /// What a node needs that was restarted and has its disk only.
  void restarted(String node);

  /// The command line of Brindle, against its store.
  ///
  /// @param input for standard input
  Ended brindle(String input, String... arguments);

  /// All addresses that are given out, to whomever.
  List<Booking> bookings();

  /// What the daemon of a node said last.
  String lastWords(String node);
}
