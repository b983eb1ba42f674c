"""Where it is said what a table for a risk looks like."""

from trainer.trainers.tables import Column, Table

TEMPLATE = """date,entity,label,carrier,distance_km,weight_kg,express
2026-01-05,customer-17,late,Northbound,812,14.5,no
2026-01-05,customer-03,on time,Coastline,96,2.1,yes
2026-01-06,customer-17,on time,Coastline,812,,yes
2026-01-07,customer-22,late,Northbound,1240,31,no
"""

TABLE = Table(
    name="rows",
    meaning="One row for each thing that went well or wrong: a delivery, a credit, a customer, a machine.",
    columns=(
        Column("label", "two values", "What happened, such as 'late' or 'on time'."),
        Column(
            "date",
            "moment",
            "When it was known what the other columns say; the newest are measured on.",
            required=False,
        ),
        Column(
            "entity", "text", "What rows belong together by, such as a customer; never learnt from.", required=False
        ),
    ),
    template=TEMPLATE,
    further="Learnt from, as numbers, categories or dates; ids, free texts and what never changes are left out.",
    any_of=False,
)
