// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

/// One step towards the routes that should be. Each may be repeated without harm.
public sealed interface RouteChange {

  Route route();

  /// Add, and refuse (EEXIST) if anybody has a route with the same destination, table and metric.
  record Add(Route route) implements RouteChange {}

  /// Add, or replace what has the same destination, table and metric.
  record Put(Route route) implements RouteChange {}

  /// Remove; it is no error if it is gone already.
  record Remove(Route route) implements RouteChange {}
}
