"""Hand-made public use files in the layouts of several years: made up, of the shape that CMS publishes."""


def table(*lines: str) -> str:
    """Lines as the text of a file."""
    return "\n".join([*lines, ""])


FIRST_YEAR = table(
    "ACO_Num,ACO_NAME,Start_Date,Track2,QualScore,QualPerfShare,FinalShareRate,MinLossPerc,MinSavPerc,"
    "ABtotBnchmk,ABtotExp,BnchmkMinExp,EarnShrSavings,OweLosses,N_AB",
    "A1,One,1/1/2013,0,1,0.5,0.5,,0.023373146,100000000,95000000,5000000,2450000,,20000",
    'A2,Two,7/1/2012,1,1,0.6,0.6,-0.02,0.02,100000000,104000000,"-4,000,000",0,-1600000,20000',
    "A3,Three,4/1/2012,0,0,0.5,0,,0.02,100000000,95000000,5000000,0,,20000",
)
"""2013: one flag for two tracks, quality reported or not, the settlement in two columns."""

SECOND_YEAR = table(
    "ACO_Num,year,ACO_State,Start_Date,Track1,Track2,N_AB,Sav_rate,MinSavPerc,GenSaveLoss,EarnSaveLoss,"
    "QualScore,ABtotBnchmk,ABtotExp,FinalShareRate",
    "A1,2014,TX,1/1/14,1,0,20000,0.05,0.025,5000000,2254000,0.92,100000000,95000000,0.46",
    "A2,2014,TX,1/1/13,1,0,9000,-0.01,0.031,0,0,P4R,50000000,50500000,0.5",
)
"""2014: the year in a column, rates as fractions of two digits."""

TRACK_1_PLUS = table(
    "ACO_ID,ACO_Name,Agreement_Period_Num,Current_Start_Date,Current_Track_1,Current_Track_2,Current_Track_3,"
    "Current_Track_1_Plus,N_AB,MinSavPerc,GenSaveLoss,DisAdj,EarnSaveLoss,Met_QPS,QualScore,ABtotBnchmk,"
    "ABtotExp,FinalShareRate,RevLossLimit,Rev_Exp_Cat",
    "A1,One,2,01/01/2016 12:00:00 AM,1,0,0,0,20000,0.02464,5000000,,2205000,1,0.90,100000000,95000000,0.45,0,"
    "High Revenue",
    "A2,Two,1,01/01/2018 12:00:00 AM,0,0,0,1,20000,0.02,-5000000,,-1500000,1,0.90,100000000,105000000,0.45,0,"
    "Low Revenue",
    "A3,Three,1,01/01/2018 12:00:00 AM,0,0,1,0,20000,0.015,-5000000,-100000,-1900000,1,0.90,100000000,"
    "105000000,0.675,0,High Revenue",
)
"""2018: Track 1+ owes 30% of 5,000,000; Track 3 owes 1 - 0.75 x 0.9 = 32.5%, at least 40%, less 100,000."""

LEVELS = table(
    "ACO_ID,ACO_Name,Agreement_Period_Num,Current_Start_Date,Current_Track_1,Current_BASIC_A,Current_BASIC_B,"
    "Current_BASIC_C,Current_BASIC_D,Current_BASIC_E,Current_ENHANCED,Risk_Model,N_AB,Sav_Rate,MinSavPerc,"
    "GenSaveLoss,DisAdj,EarnSaveLoss,Met_QPS,Report_WI,QualScore,ABtotBnchmk,ABtotExp,MaxShareRate,"
    "FinalShareRate,RevLossLimit",
    "A1,One,2,1/1/2018,1,0,0,0,0,0,0,One-Sided,20000,0.05,0.0246,5000000,,2450000,1,1,0.8,100000000,95000000,0.5,0.5,0",
    "A2,Two,1,7/1/2019,0,0,1,0,0,0,0,One-Sided,20000,0.05,0.0246,5000000,,1960000,1,1,0.9,100000000,95000000,0.4,0.4,0",
    "A3,Three,1,1/1/2020,0,0,0,0,0,0,1,Two-Sided,20000,0.05,0.01,5000000,,3675000,1,1,0.9,100000000,95000000,"
    "0.75,0.75,0",
)
"""2021: a flag for each level; rates are whole whatever the quality."""

CODES = table(
    "ACO_ID,ACO_Name,Agreement_Period_Num,Current_Start_Date,Current_Track,N_AB,Sav_rate,MinSavPerc,"
    "GenSaveLoss,DisAdj,EarnSaveLoss,Met_QPS,Met_AltQPS,Report_WI,QualScore,ABtotBnchmk,ABtotExp,"
    "FinalShareRate,FinalLossRate",
    'A1,"Care, Inc.",1,01/01/2022,A,9000,5.00%,3.10%,"5,000,000",,1960000,1,-,1,80.00%,100000000,95000000,40.00%,',
    "A2,Two,2,07/01/2019,EN,20000,-4.00%,2.00%,-4000000,0,-1600000,1,-,1,80.00%,100000000,104000000,75.00%,40.00%",
    "A3,Three,2,01/01/2023,E,20000,-4.00%,1.00%,-4000000,-300000,-900000,1,-,1,80.00%,100000000,104000000,"
    "50.00%,30.00%",
)
"""2023: tracks as codes, percent signs, loss rates."""

NEXT_YEAR = table(
    "ACO_ID,ACO_Name,Current_Start_Date,Current_Track,N_AB,MinSavPerc,DisAdj,EarnSaveLoss,Guardrail,Met_QPS,"
    "Met_AltQPS,Met_40pctl,QualScore,ABtotBnchmk,ABtotExp,FinalShareRate,FinalLossRate,ReducedSS,AIPRecoup,"
    "A_Column_Nobody_Knows",
    "A1,One,01/01/2024,A,9000,3.10%,0,294000,0,1,-,1,80.00%,100000000,98500000,20.00%,,1,0,whatever",
    "A2,Two,01/01/2024,EN,20000,2.00%,0,0,1,1,-,1,80.00%,100000000,95000000,75.00%,40.00%,0,0,?",
)
"""2024 and later: a reduced share, a guardrail, columns that nobody knows yet."""

LAYOUTS = {
    "2013": FIRST_YEAR,
    "2014": SECOND_YEAR,
    "2018": TRACK_1_PLUS,
    "2021": LEVELS,
    "2023": CODES,
    "2024": NEXT_YEAR,
}
