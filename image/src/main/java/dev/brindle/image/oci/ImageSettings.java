// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an image says about itself and how it is run.
///
/// @param architecture as Go calls it
/// @param created the commit's time, as RFC 3339 has it
/// @param labels also the manifest's annotations
public record ImageSettings(
    String architecture,
    String created,
    String user,
    List<String> entrypoint,
    SortedMap<String, String> environment,
    SortedMap<String, String> labels) {

  public ImageSettings {
    entrypoint = List.copyOf(entrypoint);
    environment = new TreeMap<>(environment);
    labels = new TreeMap<>(labels);
  }
}
