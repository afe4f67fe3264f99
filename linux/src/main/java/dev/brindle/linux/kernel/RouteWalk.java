// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.model.Route;
import java.util.function.Consumer;

/// Reads routes a portion at a time, so that whoever reads many can do other things in between.
/// What changes meanwhile may be missing or come twice: those who need to know listen to the news
/// too.
public interface RouteWalk extends AutoCloseable {

  /// Hands over the next portion, some hundred routes.
  ///
  /// @return false if that was the last
  boolean step(Consumer<Route> each);

  /// All that is left.
  default void finish(Consumer<Route> each) {
    while (step(each)) {
      // the next portion
    }
  }

  /// Gives up what is left; after the last portion there is nothing to give up.
  @Override
  default void close() {}
}
