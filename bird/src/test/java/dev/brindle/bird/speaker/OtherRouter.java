// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// A BGP daemon of someone else at one end of a `Wiring`. It tells us two routes with the large
/// community 64513:1:2, offers all it has to offer, and can be asked what it knows.
interface OtherRouter {

  Set<Cidr> ROUTES = Loopback.prefixes("10.2.0.0/26", "fd00:2::/122");

  /// @param isBack after it was killed
  RouterProcess start(boolean isBack) throws IOException, InterruptedException;

  /// A command whose answer has the prefix, and all that is said of it, if it has a route to it.
  List<String> show(Cidr prefix);

  /// A command whose answer has `up` as long as the session with us is up.
  Session session();

  /// Has it ask us for our routes again.
  void ask() throws IOException, InterruptedException;

  record Session(List<String> command, String up) {}
}
