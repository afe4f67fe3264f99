// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `speaker.yaml` as it is written: field for field, nothing understood yet. What is absent is
/// null.
///
/// @param kernel whether routes go into the main table
/// @param filters named filters
record SpeakerFile(
    @Nullable String asn,
    @Nullable String routerId,
    @Nullable List<String> listen,
    @Nullable Boolean kernel,
    @Nullable String clusterId,
    @Nullable List<String> announce,
    @Nullable Map<String, Object> filters,
    @Nullable List<Neighbor> neighbors) {

  /// One entry of `neighbors`.
  record Neighbor(
      @Nullable String address,
      @Nullable String range,
      @Nullable String interfaceName,
      @Nullable String asn,
      @Nullable Integer port,
      @Nullable Boolean passive,
      @Nullable Integer multihop,
      @Nullable List<String> families,
      @Nullable String importFilter,
      @Nullable String exportFilter,
      @Nullable Boolean routeReflectorClient,
      @Nullable Boolean routeServerClient,
      @Nullable Boolean nextHopSelf,
      @Nullable String holdTime,
      @Nullable Map<String, Object> password,
      @Nullable Map<String, Object> bfd,
      @Nullable Map<String, Object> gracefulRestart,
      @Nullable String addPath) {}
}
