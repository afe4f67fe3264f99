// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.lab.program.ProgramFailure;
import dev.brindle.linux.kernel.KernelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The faults that are seeded in a lab now.
public final class SeededFaults {

  private final Rig rig;
  private final Map<Place, Patient> seeded = new LinkedHashMap<>();

  private record Place(Fault fault, String node) {

    @Override
    public String toString() {
      return "%s on %s".formatted(fault, node);
    }
  }

  public SeededFaults(Rig rig) {
    this.rig = rig;
  }

  /// For people. To seed twice is no error.
  ///
  /// @throws IllegalArgumentException if there is no such node
  /// @throws IllegalStateException saying why it cannot be seeded; nothing is changed then
  public String seed(Fault fault, String node) {
    var place = new Place(fault, rig.topology().node(node).name());
    if (seeded.containsKey(place)) {
      return "%s is seeded already%n".formatted(place);
    }
    var patient = new Patient(rig, rig.topology().node(node), fault.toString());
    try {
      fault.seedOn(patient);
    } catch (IOException
        | GeneralSecurityException
        | UncheckedIOException
        | KernelException
        | ProgramFailure
        | IllegalStateException e) {
      patient.heal();
      throw new IllegalStateException(
          "%s cannot be seeded: %s".formatted(place, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      patient.heal();
      throw new IllegalStateException("%s: interrupted".formatted(place), e);
    }
    seeded.put(place, patient);
    return "%s is seeded: %s%n".formatted(place, fault.what());
  }

  /// For people. To heal what was not seeded is no error.
  ///
  /// @throws IllegalArgumentException if there is no such node
  /// @throws IllegalStateException saying what could not be taken back
  public String heal(Fault fault, String node) {
    var place = new Place(fault, rig.topology().node(node).name());
    Patient patient = seeded.remove(place);
    if (patient == null) {
      return "%s was not seeded%n".formatted(place);
    }
    try {
      patient.heal();
    } catch (ProgramFailure | KernelException | UncheckedIOException e) {
      throw new IllegalStateException("%s: %s".formatted(place, e.getMessage()), e);
    }
    return "%s is healed%n".formatted(place);
  }

  /// For people.
  public String list() {
    return seeded.isEmpty()
        ? "%nnone is seeded%n".formatted()
        : "%nseeded now: %s%n"
            .formatted(
                seeded.keySet().stream().map(Place::toString).collect(Collectors.joining(", ")));
  }
}
