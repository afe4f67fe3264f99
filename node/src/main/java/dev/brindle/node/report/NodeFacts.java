// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import dev.brindle.bird.speaker.SpeakerReport;
import java.time.Instant;
import java.util.Optional;

/// What a node knows of itself.
public interface NodeFacts {

  /// Of BGP as it is now; empty where the speaker does not run.
  Optional<Bgp> bgp();

  /// Its routes as they are now, of both families; none where the speaker does not run.
  ///
  /// @param most of each family
  RouteFacts routes(int most);

  /// @param started when the speaker's process did
  /// @param reconfigured when the speaker last took another configuration
  record Bgp(SpeakerReport report, String version, Instant started, Instant reconfigured) {}
}
