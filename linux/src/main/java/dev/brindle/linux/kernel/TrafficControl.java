// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.TokenBucket;
import java.util.List;

/// Queueing disciplines and filters of interfaces (tc(8)).
public interface TrafficControl {

  /// Of all interfaces.
  List<Qdisc> qdiscs();

  /// Those on the way in by an interface that has a place for them, by priority.
  List<PacketFilter> filtersIn(int link);

  /// Limits what goes out by an interface.
  ///
  /// @param handle by which it is known later, lower 16 bits zero
  /// @throws KernelException EEXIST if another one has been put there, ENOENT if the kernel has no
  ///     `tbf`
  void addBucket(int link, int handle, TokenBucket bucket);

  /// What waits goes on waiting.
  ///
  /// @throws KernelException ENOENT if there is none of this handle
  void changeBucket(int link, int handle, TokenBucket bucket);

  /// What waits is dropped. It is no error if there is none of this handle.
  void removeBucket(int link, int handle);

  /// Makes a place for filters on the way in. It is no error if there is one.
  ///
  /// @throws KernelException ENOENT if the kernel has no `ingress`
  void addIngress(int link);

  /// Takes that place away, with its filters. It is no error if there is none.
  void removeIngress(int link);

  /// Sends all that comes in by an interface out by another one. Of several filters of a priority
  /// the first counts.
  ///
  /// @throws KernelException ENOENT if the kernel has no `u32` or `mirred`
  void redirect(int link, int priority, int target);

  /// It is no error if there is none.
  void removeFilters(int link, int priority);
}
