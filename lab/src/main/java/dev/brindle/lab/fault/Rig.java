// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.lab.host.Host;
import dev.brindle.lab.host.Site;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.program.Workplace;
import dev.brindle.lab.topology.Topology;
import dev.brindle.linux.libc.Libc;
import java.io.IOException;
import java.util.List;

/// What faults may touch of a running lab.
public interface Rig {

  Topology topology();

  Workplace workplace();

  Site site();

  Libc libc();

  /// @throws IllegalArgumentException if there is none of that name
  Host host(String name);

  /// @throws IllegalArgumentException if there is no node of that name
  NodeDaemon daemon(String node);

  /// A command for people, against the lab's store.
  ///
  /// @param order what comes after `brindle`
  /// @throws dev.brindle.lab.program.ProgramFailure with its words, if it fails
  void brindle(List<String> order) throws IOException, InterruptedException;
}
