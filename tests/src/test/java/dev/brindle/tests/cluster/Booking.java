// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;

/// An address that is given out.
///
/// @param owner who has it, in the words of who gave it: `NAMESPACE/POD`, or what a tunnel is
///     called
record Booking(String address, String owner) {

  /// @param block of Calico's IPAM, as it is stored
  static List<Booking> of(JsonNode block) {
    IpAddress first = Cidr.parse(block.path("cidr").asText()).address();
    List<Booking> bookings = new ArrayList<>();
    JsonNode allocations = block.path("allocations");
    for (int ordinal = 0; ordinal < allocations.size(); ordinal++) {
      if (allocations.get(ordinal).isNumber()) {
        JsonNode notes =
            block.path("attributes").path(allocations.get(ordinal).asInt()).path("secondary");
        bookings.add(new Booking(first.plus(ordinal).toString(), owner(notes)));
      }
    }
    return bookings;
  }

  private static String owner(JsonNode notes) {
    return notes.has("pod")
        ? notes.path("namespace").asText() + "/" + notes.path("pod").asText()
        : notes.path("type").asText() + " of " + notes.path("node").asText();
  }
}
