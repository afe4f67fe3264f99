// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of a node that must be ended, last one first. What is in the kernel stays.
final class RunningNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

  private final Deque<Part> parts = new ArrayDeque<>();
  private volatile String ending = "";

  /// @param end how to end the part
  synchronized void closing(String name, AutoCloseable end) {
    parts.push(new Part(name, end));
  }

  /// A part that cannot be ended does not keep the others from being ended.
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      ending = part.name;
      try {
        part.end.close();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("{} does not end: {}", part.name, e.toString());
      }
    }
  }

  /// The part that is being ended, or was the last.
  String ending() {
    return ending;
  }

  private record Part(String name, AutoCloseable end) {}
}
