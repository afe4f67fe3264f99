// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteWalk;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// For how long packets have gone where peers were told they go, when this process begins. What is
/// in the kernel stays when a daemon ends, and goes when the machine does: where nothing of an
/// earlier daemon is left, it can have been there before the machine came up only.
final class Unbroken {

  private static final Path UPTIME = Path.of("/proc/uptime");

  private Unbroken() {}

  /// @param pods prefix of their interfaces, which go with the machine too
  static Duration since(Kernel kernel, FibSettings settings, String pods) {
    try {
      return isLeft(kernel, settings, pods) ? RouteSink.FOREVER : uptime(UPTIME);
    } catch (KernelException e) {
      return RouteSink.FOREVER; // which will be said by those who read the routes
    }
  }

  private static boolean isLeft(Kernel kernel, FibSettings settings, String pods) {
    if (kernel.links().list().stream().anyMatch(link -> link.name().startsWith(pods))) {
      return true;
    }
    for (IpFamily family : IpFamily.values()) {
      RouteSelection ours = RouteSelection.all(family, settings.table()).of(settings.owner());
      List<Route> found = new ArrayList<>();
      try (RouteWalk walk = kernel.routes().walk(ours)) {
        while (found.isEmpty() && walk.step(found::add)) {
          // the next portion
        }
      }
      if (!found.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /// `12345.67 54321.00`: the first are seconds.
  static Duration uptime(Path file) {
    try {
      String text = Files.readString(file);
      return Duration.ofSeconds((long) Double.parseDouble(text.substring(0, text.indexOf(' '))));
    } catch (IOException | RuntimeException e) {
      return RouteSink.FOREVER; // no such file here: as before it was asked
    }
  }
}
