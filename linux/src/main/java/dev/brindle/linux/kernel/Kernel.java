// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

/// All we ask of the kernel of one network namespace. Calls block; an instance is one thread's at a
/// time.
public interface Kernel extends AutoCloseable {

  RouteTable routes();

  Links links();

  Neighbours neighbours();

  Nft nft();

  Sysctl sysctl();

  Conntrack conntrack();

  /// Closes the sockets. What was written stays.
  @Override
  void close();
}
