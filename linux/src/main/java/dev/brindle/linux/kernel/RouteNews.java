// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.model.Route;

/// What others do to routes, and what happens to interfaces and addresses, in the kernel's order.
///
/// IPv4 routes that the kernel itself takes away with an interface or an address are not told.
public sealed interface RouteNews {

  /// A route came or changed.
  ///
  /// @param replaces what had the same destination, table and metric before is gone
  record Came(Route route, boolean replaces) implements RouteNews {}

  /// A route went; of an IPv6 route with several hops perhaps only these.
  record Went(Route route) implements RouteNews {}

  /// An IPv4 address went.
  ///
  /// @param device that had it
  record Addresses(String device) implements RouteNews {}

  record Interface(LinkNews news) implements RouteNews {}

  /// Some news are missing.
  record Lost() implements RouteNews {}
}
