"""Replicates: scenarios on the same patients with the same luck, one after the other or in processes of their own."""
