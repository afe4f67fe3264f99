// SPDX-License-Identifier: Apache-2.0
/// What Calico's nodes and profiles have from Kubernetes, where Calico's are elsewhere. No I/O.
@NullMarked
package dev.brindle.controllers.kubernetes;

import org.jspecify.annotations.NullMarked;
