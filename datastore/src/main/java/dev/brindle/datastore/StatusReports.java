// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// What nodes say of themselves beside the resources, for those who run on them: OpenStack's agents
/// look here.
public interface StatusReports {

  /// Who speaks.
  ///
  /// @param region of OpenStack; empty for none
  record Reporter(String region, String node) {}

  /// That a node's agent lives.
  ///
  /// @param uptime of the agent
  /// @param isFirst since it has started
  record Life(Instant now, Duration uptime, boolean isFirst) {}

  /// How an endpoint is.
  enum State {
    UP,
    DOWN,
    ERROR
  }

  /// Says that an agent lives, and what it said last.
  ///
  /// @param validity after which only the latter stays, unless it is said again
  /// @throws DatastoreException if the store could not be asked
  void say(Reporter who, Life life, Duration validity);

  /// Says how all endpoints of a node are. What is there of others goes.
  ///
  /// @param endpoints workload endpoints and host endpoints
  /// @throws DatastoreException if the store could not be asked; some may have been said
  void say(Reporter who, Map<Resource, State> endpoints);
}
