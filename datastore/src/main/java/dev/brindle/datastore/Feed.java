// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

/// A running watch. Closing it ends the calls: when `close` returns, none is under way unless it is
/// the
/// caller itself.
public interface Feed extends AutoCloseable {

  @Override
  void close();
}
