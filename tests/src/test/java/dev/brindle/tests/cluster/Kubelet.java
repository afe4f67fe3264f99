// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

/// What starts and ends the pods of one node: kubelet itself, or what stands for it.
interface Kubelet extends AutoCloseable {

  boolean isAlive();

  String lastWords();

  /// SIGKILL to what calls the CNI plugin, while it may do so; a new one comes.
  void crashRuntime();

  /// SIGKILL to the sandboxes of pods: what kubelet ends then, and makes anew.
  ///
  /// @param beginning of the pods' names
  void killSandboxes(String beginning);

  /// Ends it; the node's pods go on.
  @Override
  void close();
}
