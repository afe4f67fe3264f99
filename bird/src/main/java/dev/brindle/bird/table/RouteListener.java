// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Hears which prefixes have another choice, on their way out of the tables.
public interface RouteListener {

  /// The best path, or those as good as it, may be different, or there is none any more.
  void changed(RouteView routes, int prefix);

  /// That was all for now; peers are told next.
  void shown();
}
